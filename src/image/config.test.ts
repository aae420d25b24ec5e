import { describe, expect, it } from 'vitest';
import { imageConfig, imageManifest, nodeProgram } from './config.ts';
import type { OwnLayer } from './config.ts';
import type { BaseConfig } from './documents.ts';
import { parseConfig, parseManifest } from './documents.ts';
import { imageLabels } from './labels.ts';

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

const base: BaseConfig = {
  os: 'linux',
  architecture: 'arm64',
  variant: 'v8',
  env: ['PATH=/nodejs/bin:/bin', 'NODE_VERSION=20', 'HOME=/root', 'AIENG_STORE=/old'],
  labels: { vendor: 'them', 'org.opencontainers.image.title': 'their node' },
  entrypoint: ['docker-entrypoint.sh'],
  diffIds: [digest('1'), digest('2')],
  history: [
    { createdBy: 'ADD rootfs', emptyLayer: false },
    { createdBy: 'ENV x', emptyLayer: true },
    { createdBy: 'RUN y', emptyLayer: false },
  ],
};
const layers: readonly OwnLayer[] = [
  { name: 'dependencies', digest: digest('a'), bytes: 10, diffId: digest('3') },
  { name: 'bundle', digest: digest('b'), bytes: 5, diffId: digest('4') },
];
const labels = { 'org.opencontainers.image.title': 'churn' };
const read = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

describe('imageConfig', () => {
  it('keeps what is of the base and adds what is ours', () => {
    const config = read(imageConfig({ base, layers, variant: 'serve', labels }));
    expect(config).toEqual({
      architecture: 'arm64',
      variant: 'v8',
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: {
        User: '10001:10001',
        WorkingDir: '/work',
        Env: [
          'PATH=/nodejs/bin:/bin',
          'NODE_VERSION=20',
          'AIENG_IMAGE_VARIANT=serve',
          'AIENG_STORE=/var/lib/aieng',
          'HOME=/tmp',
          'NODE_ENV=production',
        ],
        ExposedPorts: { '8080/tcp': {} },
        Volumes: { '/var/lib/aieng': {} },
        StopSignal: 'SIGTERM',
        Entrypoint: ['node', '/opt/aieng/node_modules/aieng/bin/aieng.js'],
        Cmd: ['serve', '/opt/bundle', '--host', '0.0.0.0', '--port', '8080'],
        Labels: { vendor: 'them', 'org.opencontainers.image.title': 'churn' },
      },
      rootfs: { type: 'layers', diff_ids: [digest('1'), digest('2'), digest('3'), digest('4')] },
      history: [
        { created: '1970-01-01T00:00:00Z', created_by: 'ADD rootfs' },
        { created: '1970-01-01T00:00:00Z', created_by: 'ENV x', empty_layer: true },
        { created: '1970-01-01T00:00:00Z', created_by: 'RUN y' },
        { created: '1970-01-01T00:00:00Z', created_by: 'aieng: dependencies' },
        { created: '1970-01-01T00:00:00Z', created_by: 'aieng: bundle' },
      ],
    });
  });

  it('leaves the store of a full image to the project that is mounted', () => {
    const text = new TextDecoder().decode(imageConfig({ base, layers, variant: 'full', labels }));
    expect(text).not.toContain('AIENG_STORE');
    expect(text).toContain('"Cmd":["--help"]');
  });

  it('tells as many steps as there are layers, also where the base does not', () => {
    const bytes = imageConfig({ base: { ...base, history: [] }, layers, variant: 'serve', labels });
    expect(parseConfig(bytes, 'x').history).toHaveLength(4);
    expect(parseConfig(bytes, 'x').diffIds).toHaveLength(4);
  });
});

describe('nodeProgram', () => {
  const env = ['PATH=/usr/bin:/bin'];

  it.each([
    [['/nodejs/bin/node'], '/nodejs/bin/node'],
    [['/usr/bin/node'], 'node'],
    [['/bin/nodejs'], '/bin/nodejs'],
    [['docker-entrypoint.sh'], 'node'],
    [['/sbin/tini', '--', '/opt/node'], '/opt/node'],
    [[], 'node'],
  ])('of an entry point %j is %s', (entrypoint, program) => {
    expect(nodeProgram({ env, entrypoint })).toBe(program);
  });
});

describe('imageManifest', () => {
  it('is read back as what it lists, the base first, and is the same bytes every time', () => {
    const options = {
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digest('c'), size: 7 },
      baseLayers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digest('d'), size: 9 },
      ],
      layers,
      annotations: labels,
    };
    const bytes = imageManifest(options);
    const manifest = parseManifest(bytes, 'x');
    expect(manifest.kind === 'manifest' && manifest.layers.map((layer) => layer.digest)).toEqual([
      digest('d'),
      digest('a'),
      digest('b'),
    ]);
    expect(Buffer.from(bytes).equals(imageManifest({ ...options }))).toBe(true);
  });
});

describe('imageLabels', () => {
  const facts = {
    name: 'churn',
    version: 3,
    bundleDigest: 'ab',
    goal: 'Who leaves?\nTell me.',
    gitCommit: null,
    softwareVersion: '0.1.0',
  };

  it('names model, version, bundle and base by their keys, and leaves out what is not known', () => {
    expect(imageLabels(facts, { name: 'docker.io/library/node:20', digest: digest('e') })).toEqual({
      'dev.aieng.bundle.digest': 'ab',
      'dev.aieng.model': 'churn',
      'dev.aieng.model.version': '3',
      'dev.aieng.version': '0.1.0',
      'org.opencontainers.image.base.digest': digest('e'),
      'org.opencontainers.image.base.name': 'docker.io/library/node:20',
      'org.opencontainers.image.description': 'Who leaves? Tell me.',
      'org.opencontainers.image.title': 'churn',
      'org.opencontainers.image.version': '3',
    });
    expect(imageLabels({ ...facts, version: null }, null)).not.toHaveProperty('dev.aieng.model.version');
  });
});
