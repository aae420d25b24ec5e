import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../src/deployment/targets/kubernetes/object.ts';
import { kustomizeTree } from '../../src/deployment/targets/kubernetes/files/kustomize.ts';
import { kserveManifests, manifests } from '../../src/deployment/targets/kubernetes/manifests/manifests.ts';
import { extra, settings, wish } from '../../src/deployment/targets/kubernetes/testing.fixture.ts';
import type { KubernetesSettings, RenderedFiles, Wish } from '../../src/deployment/target.ts';

const kubectl = '/usr/bin/kubectl';

describe.skipIf(!existsSync(kubectl))('kubectl kustomize', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aieng-kustomize-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = async (root: string, tree: RenderedFiles): Promise<void> => {
    for (const [path, text] of tree) {
      await mkdir(join(folder, root, dirname(path)), { recursive: true });
      await writeFile(join(folder, root, path), text);
    }
  };
  const build = async (path: string): Promise<Record<string, unknown>> => {
    const { stdout } = await execa(kubectl, ['kustomize', join(folder, path)]);
    const objects = parseAllDocuments(stdout).map((one) => one.toJS() as KubernetesObject);
    return byName(objects);
  };
  const byName = (objects: readonly KubernetesObject[]): Record<string, unknown> =>
    Object.fromEntries(objects.map((one) => [`${one.kind}/${one.metadata.name}`, one]));

  it.each([
    ['plain', manifests(wish, settings, extra)],
    ['kserve', kserveManifests(wish, settings, extra)],
  ])('makes the same objects of the tree: %s', async (root, objects) => {
    await write(root, kustomizeTree(objects, settings, 'churn'));
    expect(await build(join(root, 'overlays', settings.environment))).toEqual(byName(objects));
  });

  it('keeps an environment at its version when another one moves on', async () => {
    const digest = `sha256:${'34'.repeat(32)}`;
    const pullReference = `registry.example.com/ml/churn@${digest}`;
    const newer: Wish = {
      ...wish,
      version: 4,
      bundleDigest: '34'.repeat(32),
      image: {
        reference: 'registry.example.com/ml/churn:4',
        digest,
        configDigest: '',
        archive: null,
        pullReference,
      },
    };
    const staging: KubernetesSettings = {
      ...settings,
      environment: 'staging',
      namespace: 'test',
      minReplicas: 1,
    };
    const production = manifests(wish, settings, extra);
    const ahead = manifests(newer, staging, extra);
    await write('both', kustomizeTree(production, settings, 'churn'));
    await write('both', kustomizeTree(ahead, staging, 'churn'));
    expect(await build('both/overlays/production')).toEqual(byName(production));
    expect(await build('both/overlays/staging')).toEqual(byName(ahead));
  });
});
