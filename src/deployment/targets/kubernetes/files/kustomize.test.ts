import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kustomizeTree } from './kustomize.ts';
import { kserveManifests, manifests } from '../manifests/manifests.ts';
import { extra, settings, wish } from '../testing.fixture.ts';

const objects = manifests(wish, settings, extra);
const tree = kustomizeTree(objects, settings, 'churn');
const read = (path: string, from = tree): unknown => parse(from.get(path) ?? '');

describe('the kustomize tree', () => {
  it('has a file for each object, and an overlay that pins the environment', () => {
    expect(read('base/kustomization.yaml')).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: objects.map(({ kind, metadata }) => `${kind.toLowerCase()}-${metadata.name}.yaml`),
    });
    expect(read('overlays/production/kustomization.yaml')).toMatchObject({
      namespace: 'models',
      resources: ['../../base'],
      images: [{ name: 'registry.example.com/ml/churn', digest: `sha256:${'ab'.repeat(32)}` }],
      patches: [
        { path: 'scale-horizontalpodautoscaler-churn.yaml' },
        { path: 'version-deployment-churn.yaml' },
        { path: 'version-cronjob-churn-monitor.yaml' },
        { path: 'version-cronjob-churn-retrain.yaml' },
      ],
    });
    expect(read('overlays/production/scale-horizontalpodautoscaler-churn.yaml')).toMatchObject({
      spec: { minReplicas: 2, maxReplicas: 10 },
    });
  });

  it('names no file that it does not have, and none twice', () => {
    const paths = [...tree.keys()];
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toHaveLength(objects.length + 6);
    for (const path of paths) expect(path).toMatch(/^(base|overlays\/production)\/[a-z0-9-]+\.yaml$/);
  });

  it('says the namespace in the overlay alone, and is the same each time', () => {
    for (const [path, text] of tree) if (path.startsWith('base/')) expect(text).not.toContain('models');
    expect([...kustomizeTree(objects, settings, 'churn')]).toEqual([...tree]);
  });

  it('shares nothing but the base with another environment', () => {
    const staging = {
      ...settings,
      environment: 'staging',
      namespace: 'test',
      minReplicas: 1,
      maxReplicas: 2,
    };
    const other = kustomizeTree(manifests(wish, staging, extra), staging, 'churn');
    const shared = [...other.keys()].filter((path) => tree.has(path));
    expect(shared.every((path) => path.startsWith('base/'))).toBe(true);
    // Scale apart, which each overlay says, the base is the same.
    const changed = shared.filter((path) => other.get(path) !== tree.get(path));
    expect(changed).toEqual(['base/horizontalpodautoscaler-churn.yaml']);
  });

  it('replaces the containers of an InferenceService whole: kustomize cannot merge them', () => {
    const kserve = kustomizeTree(kserveManifests(wish, settings, extra), settings, 'churn');
    expect(read('overlays/production/version-inferenceservice-churn.yaml', kserve)).toMatchObject({
      spec: { predictor: { containers: [{ name: 'kserve-container', resources: expect.anything() }] } },
    });
  });

  it.each(['../up', 'a/b', '', 'Production'])('refuses an environment called "%s"', (environment) => {
    expect(() => kustomizeTree(objects, { ...settings, environment }, 'churn')).toThrow(
      expect.objectContaining({ code: 'environment-invalid', exitCode: 2 }),
    );
  });
});
