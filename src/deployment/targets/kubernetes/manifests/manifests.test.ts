import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../digest.ts';
import { canonicalJson } from '../../../../digest.ts';
import type { KubernetesSettings, Wish } from '../../../target.ts';
import { field, listAt } from '../fields.ts';
import { lint } from '../lint/lint.ts';
import { kserveManifests, manifests } from './manifests.ts';
import { batchJob } from './batchJob.ts';
import { serviceMemory } from './pod.ts';
import type { ManifestExtra } from './subject.ts';
import type { KubernetesObject } from '../object.ts';
import { checkSchema } from '../check/schemaCheck.ts';
import { extra, settings, wish } from '../testing.fixture.ts';

const find = (objects: readonly KubernetesObject[], kind: string, name = 'churn'): KubernetesObject => {
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind}/${name}`);
  return found;
};

const work = {
  input: 'data/new',
  outputFolder: 'scored',
  output: 'scored.ndjson',
  shards: 8,
  parallelism: 4,
} as const;

/** A change of everything that an object may depend on. */
const combinations: readonly {
  readonly title: string;
  readonly wish?: Partial<Wish>;
  readonly settings?: Partial<KubernetesSettings>;
  readonly extra?: Partial<ManifestExtra>;
}[] = [
  { title: 'as it is by default' },
  {
    title: 'nothing optional',
    settings: { serviceMonitor: false, monitorSchedule: null, retrainSchedule: null },
  },
  { title: 'one pod', settings: { minReplicas: 1, maxReplicas: 1 } },
  { title: 'many pods', settings: { minReplicas: 50, maxReplicas: 10_000, cpuMillis: 4000, memoryMb: 100 } },
  { title: 'a storage class', settings: { claim: { sizeGb: 1, storageClass: 'nfs' } } },
  { title: 'Sundays', settings: { monitorSchedule: '0 3 * * 7', retrainSchedule: '0 4 * * 6-7' } },
  { title: 'a nightly batch', settings: { runSchedule: '0 1 * * *', predictSchedule: '30 1 * * *' } },
  { title: 'tokens', wish: { access: '{"hosts":["churn"],"tokens":[]}' } },
  { title: 'TLS', settings: { tlsSecret: 'churn-tls' } },
  { title: 'no files', extra: { projectFiles: new Map() } },
  { title: 'no version', wish: { version: null } },
  { title: 'a name that no cluster accepts', wish: { name: '2024_churn_' } },
  { title: 'the longest name', wish: { name: 'a'.repeat(63) } },
  { title: 'a very short wait', wish: { timeoutMs: 1, drainMs: 0 } },
  { title: 'a very long wait', wish: { timeoutMs: 3_600_000, drainMs: 3_600_000 } },
];

describe('the environment of a pipeline', () => {
  const containersOf = (object: KubernetesObject): readonly string[] => {
    const text = canonicalJson(object.spec);
    return text.match(/"env":\[.*?\]/g) ?? [];
  };

  it('is known to every container of the CronJobs, and where there is none to nobody', () => {
    const jobs = (more: Partial<KubernetesSettings>): readonly string[] =>
      manifests(wish, { ...settings, runSchedule: '0 1 * * *', ...more }, extra)
        .filter(({ kind }) => kind === 'CronJob')
        .flatMap(containersOf);
    const known = jobs({ pipelineEnv: 'prod' });
    expect(known.length).toBeGreaterThanOrEqual(3);
    for (const env of known) expect(env).toContain('{"name":"AIENG_ENV","value":"prod"}');
    expect(jobs({}).join('')).not.toContain('AIENG_ENV');
  });
});

describe('what is made', () => {
  describe.each(combinations)('$title', (changes) => {
    const asked = {
      wish: { ...wish, ...changes.wish },
      settings: { ...settings, ...changes.settings },
      extra: { ...extra, ...changes.extra },
    };
    const batch = batchJob(asked.wish, asked.settings, asked.extra, work);
    const plain = [...manifests(asked.wish, asked.settings, asked.extra), ...batch];
    const kserve = [...kserveManifests(asked.wish, asked.settings, asked.extra), ...batch];

    it.each([
      ['Deployment', plain],
      ['KServe', kserve],
    ])('passes schema and lint: %s', async (_, objects) => {
      expect((await Promise.all(objects.map(checkSchema))).flat()).toEqual([]);
      expect(lint(objects)).toEqual([]);
    });

    it('is in the namespace, labelled as ours, and the same each time', () => {
      for (const { metadata } of [...plain, ...kserve]) {
        expect(metadata.namespace).toBe('models');
        expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'aieng' });
      }
      expect(canonicalJson(manifests(asked.wish, asked.settings, asked.extra))).toBe(
        canonicalJson(plain.slice(0, -2)),
      );
    });
  });

  it('comes in an order in which each object finds what it names', () => {
    expect(manifests(wish, settings, extra).map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      'ServiceAccount/churn',
      'ConfigMap/churn-files',
      'PersistentVolumeClaim/churn-workspace',
      'NetworkPolicy/churn-serve',
      'NetworkPolicy/churn-jobs',
      'Service/churn',
      'Deployment/churn',
      'HorizontalPodAutoscaler/churn',
      'PodDisruptionBudget/churn',
      'ServiceMonitor/churn',
      'CronJob/churn-monitor',
      'CronJob/churn-retrain',
    ]);
  });

  it('never shares a name between two pipelines', () => {
    const names = ['churn', 'churn-serve', 'churn-jobs', 'churn-monitor', 'churn-files', 'churn_monitor'];
    const all = names.flatMap((name) =>
      manifests({ ...wish, name }, settings, extra).map(({ kind, metadata }) => `${kind}/${metadata.name}`),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('changes nothing but workloads for a new version, and no selector', () => {
    const image = {
      reference: 'registry.example.com/ml/churn:4',
      digest: `sha256:${'12'.repeat(32)}`,
      configDigest: '',
      archive: null,
      pullReference: `registry.example.com/ml/churn@sha256:${'12'.repeat(32)}`,
    };
    const before = manifests(wish, settings, extra);
    const after = manifests({ ...wish, version: 4, bundleDigest: '12'.repeat(32), image }, settings, extra);
    const changed = after.filter((one, index) => canonicalJson(one) !== canonicalJson(before[index]));
    expect(changed.map(({ kind }) => kind)).toEqual(['Deployment', 'CronJob', 'CronJob']);
    const selector = (objects: readonly KubernetesObject[]): Json | undefined =>
      field(find(objects, 'Deployment').spec, 'selector');
    expect(selector(after)).toEqual(selector(before));
  });
});

describe('the service', () => {
  const container = listAt(
    find(manifests(wish, settings, extra), 'Deployment').spec,
    'template',
    'spec',
    'containers',
  )[0];

  it('is started with its own log folder, version and limits', () => {
    expect(field(container, 'args')).toEqual([
      ...['serve', '/opt/bundle', '--host', '0.0.0.0', '--port', '8080'],
      ...['--log-folder', '/var/lib/aieng/logs/churn', '--instance', '$(POD_NAME)'],
      ...['--model-version', '3', '--body-limit-bytes', '10000000'],
    ]);
    expect(field(container, 'image')).toBe(`registry.example.com/ml/churn@sha256:${'ab'.repeat(32)}`);
  });

  it('is told who may call by a Secret, and starts anew when that changes', () => {
    const access = '{"hosts":["churn"],"tokens":[]}';
    const objects = manifests({ ...wish, access }, settings, extra);
    const secret = find(objects, 'Secret', 'churn-access');
    expect(field(secret.data, 'access.json')).toBe(Buffer.from(access).toString('base64'));
    const template = field(find(objects, 'Deployment').spec, 'template');
    const served = listAt(template, 'spec', 'containers')[0];
    expect(listAt(served, 'args').slice(-2)).toEqual(['--access', '$(AIENG_ACCESS)']);
    expect(listAt(served, 'env')).toContainEqual({
      name: 'AIENG_ACCESS',
      valueFrom: { secretKeyRef: { name: 'churn-access', key: 'access.json' } },
    });
    expect(JSON.stringify(template)).not.toContain('hosts');
    const others = manifests({ ...wish, access: access.replace('churn', 'other') }, settings, extra);
    expect(field(find(others, 'Deployment').spec, 'template', 'metadata')).not.toEqual(
      field(template, 'metadata'),
    );
  });

  it('speaks TLS with a Secret of the cluster, and is asked over it', () => {
    const secured = manifests(wish, { ...settings, tlsSecret: 'churn-tls' }, extra);
    const pod = field(find(secured, 'Deployment').spec, 'template', 'spec');
    const served = listAt(pod, 'containers')[0];
    expect(listAt(served, 'args').slice(-4)).toEqual([
      ...['--tls-certificate', '/etc/aieng/tls/tls.crt', '--tls-key', '/etc/aieng/tls/tls.key'],
    ]);
    expect(listAt(pod, 'volumes')).toContainEqual({
      name: 'tls',
      secret: { secretName: 'churn-tls', defaultMode: 0o440 },
    });
    // As a whole: a key that is mounted by its name is never renewed.
    expect(listAt(served, 'volumeMounts')).toContainEqual({
      name: 'tls',
      mountPath: '/etc/aieng/tls',
      readOnly: true,
    });
    expect(listAt(served, 'ports')).toEqual([{ name: 'https', containerPort: 8080, protocol: 'TCP' }]);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect(field(served, probe, 'httpGet')).toMatchObject({ port: 'https', scheme: 'HTTPS' });
    expect(listAt(find(secured, 'Service').spec, 'ports')).toMatchObject([
      { name: 'https', port: 443, targetPort: 'https' },
    ]);
    expect(listAt(find(secured, 'ServiceMonitor').spec, 'endpoints')).toMatchObject([
      { port: 'https', scheme: 'https' },
    ]);
    expect(JSON.stringify(manifests(wish, settings, extra))).not.toContain('tls');
  });

  it('asks for a quarter more memory than was measured, in steps of 64 MiB, and may take twice that', () => {
    // 180 MiB × 1.25 = 225 → 256; by hand.
    expect(field(container, 'resources')).toEqual({
      requests: { cpu: '250m', memory: '256Mi' },
      limits: { memory: '512Mi' },
    });
    const mebibyte = 1024 * 1024;
    expect(serviceMemory({ memoryMb: null, memoryBytes: 102.4 * mebibyte })).toBe(128);
    expect(serviceMemory({ memoryMb: null, memoryBytes: 102.5 * mebibyte })).toBe(192);
    expect(serviceMemory({ memoryMb: null, memoryBytes: 0 })).toBe(64);
    expect(serviceMemory({ memoryMb: 100, memoryBytes: 500 * mebibyte })).toBe(100);
  });

  it('may end after waiting and draining', () => {
    const pod = field(find(manifests(wish, settings, extra), 'Deployment').spec, 'template', 'spec');
    expect(field(pod, 'terminationGracePeriodSeconds')).toBe(25);
  });
});

describe('the jobs', () => {
  const nightly = { runSchedule: '0 1 * * *', predictSchedule: '30 1 * * *' };
  const objects = manifests(wish, { ...settings, ...nightly }, extra);
  const podOf = (name: string): Json | undefined =>
    field(find(objects, 'CronJob', name).spec, 'jobTemplate', 'spec', 'template', 'spec');

  it.each([
    ['churn-monitor', ['monitor', 'churn', '--json']],
    ['churn-run', ['run', 'churn', '--to', 'package', '--wait', '0', '--json']],
    ['churn-predict', ['predict', 'churn', '--batch', '--json']],
    ['churn-retrain', ['retrain', 'churn', '--wait', '0', '--no-deploy', '--json']],
  ])('%s adopts what the image serves, then works on the claim', (name, args) => {
    const pod = podOf(name);
    expect(field(listAt(pod, 'initContainers')[0], 'args')).toEqual(['__adopt', '/opt/bundle']);
    expect(field(listAt(pod, 'containers')[0], 'args')).toEqual(args);
    expect(listAt(pod, 'containers')[0]).toMatchObject({
      env: [
        { name: 'AIENG_STORE', value: '/work/.aieng' },
        { name: 'HOME', value: '/tmp' },
      ],
      volumeMounts: [
        { name: 'tmp', mountPath: '/tmp' },
        { name: 'workspace', mountPath: '/work' },
        { mountPath: '/work/pipelines/churn.yaml', subPath: 'pipelines_churn.yaml', readOnly: true },
        { mountPath: '/work/schemas/churn.yaml', subPath: 'schemas_churn.yaml', readOnly: true },
      ],
    });
  });

  it('are not tried again for an answer: an alarm is one', () => {
    const rules = listAt(
      find(objects, 'CronJob', 'churn-monitor').spec,
      'jobTemplate',
      'spec',
      'podFailurePolicy',
      'rules',
    );
    expect(rules[1]).toEqual({
      action: 'FailJob',
      onExitCodes: { operator: 'In', values: [2, 3, 4, 5, 8] },
    });
  });

  it('deal shards out by index, and never let a path be replaced by a variable', () => {
    const [shards, merge] = batchJob(wish, settings, extra, { ...work, input: 'in/$(HOME)' });
    const args = (job: KubernetesObject | undefined): Json | undefined =>
      field(listAt(job?.spec, 'template', 'spec', 'containers')[0], 'args');
    expect(args(shards)).toEqual([
      ...['predict', '/opt/bundle', 'in/$$(HOME)', '-o', 'scored'],
      ...['--shard', '$(JOB_COMPLETION_INDEX)/8'],
    ]);
    expect(shards?.spec).toMatchObject({ completionMode: 'Indexed', completions: 8, parallelism: 4 });
    expect(args(merge)).toEqual(['predict', '--merge', 'scored', '-o', 'scored.ndjson']);
    expect(field(merge?.spec, 'suspend')).toBe(true);
  });

  it('are the same Job for the same work, another for other work', () => {
    const name = (changes: object): string | undefined =>
      batchJob(wish, settings, extra, { ...work, ...changes })[0]?.metadata.name;
    expect(name({})).toBe(name({}));
    expect(name({ input: 'data/newer' })).not.toBe(name({}));
  });
});

describe('mistakes', () => {
  const make = (changes: {
    readonly wish?: Partial<Wish>;
    readonly settings?: Partial<KubernetesSettings>;
    readonly files?: ReadonlyMap<string, string>;
  }): unknown =>
    manifests(
      { ...wish, ...changes.wish },
      { ...settings, ...changes.settings },
      { ...extra, ...(changes.files === undefined ? {} : { projectFiles: changes.files }) },
    );

  const image = { reference: 'churn:3', digest: '', configDigest: '', archive: null };
  it.each([
    ['no image', { wish: { image: null } }, 'image-not-pushed'],
    [
      'an image that is in no registry',
      { wish: { image: { ...image, pullReference: null } } },
      'image-not-pushed',
    ],
    [
      'an image by its tag',
      { wish: { image: { ...image, pullReference: 'r.example/churn:3' } } },
      'image-not-pushed',
    ],
    ['bounds', { settings: { minReplicas: 3, maxReplicas: 2 } }, 'replicas-invalid'],
    ['a name that leaves its folder', { wish: { name: '../other' } }, 'name-invalid'],
    ['a name that would be replaced', { wish: { name: '$(HOME)' } }, 'name-invalid'],
    ['a file outside', { files: new Map([['../secret', 'x']]) }, 'file-outside-project'],
    ['an absolute file', { files: new Map([['/etc/passwd', 'x']]) }, 'file-outside-project'],
    ['large files', { files: new Map([['a.yaml', '€'.repeat(400_000)]]) }, 'files-too-large'],
  ])('%s', (_, changes, code) => {
    expect(() => make(changes)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it.each([
    [{ input: '-' }, 'batch-path-invalid'],
    [{ outputFolder: '' }, 'batch-path-invalid'],
    [{ shards: 0 }, 'shards-invalid'],
    [{ shards: 1.5 }, 'shards-invalid'],
    [{ parallelism: 0 }, 'shards-invalid'],
  ])('of batch work: %o', (changes, code) => {
    expect(() => batchJob(wish, settings, extra, { ...work, ...changes })).toThrow(
      expect.objectContaining({ code, exitCode: 2 }),
    );
  });
});
