import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../digest.ts';
import { pointerTo } from '../fields.ts';
import { box, broken, everything, kserve, pod } from '../lint/breaking.fixture.ts';
import { lint } from '../lint/lint.ts';
import type { KubernetesObject } from '../object.ts';
import { checkSchema } from './schemaCheck.ts';

interface Case {
  readonly on: string;
  readonly change: string;
  /** Undefined: taken away. */
  readonly to?: Json;
  readonly from?: readonly KubernetesObject[];
}

const cases: readonly Case[] = [
  { on: 'Deployment/churn', change: '/replicas', to: 1 },
  { on: 'Deployment/churn', change: '/spec/replica', to: 1 },
  { on: 'Deployment/churn', change: '/metadata/label', to: {} },
  { on: 'Deployment/churn', change: `${box}/imagePullPolicies`, to: 'Always' },
  { on: 'Deployment/churn', change: `${box}/livenessProbe/httpGet/url`, to: '/' },
  { on: 'Deployment/churn', change: `${box}/env/0/valueFrom/fieldRef/field`, to: 'x' },
  { on: 'Deployment/churn', change: `${pod}/volumes/0/emptyDir/size`, to: '1Gi' },
  { on: 'Deployment/churn', change: '/spec/minReadySeconds', to: '5' },
  { on: 'Deployment/churn', change: '/spec/minReadySeconds', to: null },
  { on: 'Deployment/churn', change: '/spec/minReadySeconds', to: 1.5 },
  { on: 'Deployment/churn', change: '/spec/template' },
  { on: 'Deployment/churn', change: `${box}/name` },
  { on: 'Deployment/churn', change: `${box}/args`, to: [8080] },
  { on: 'Deployment/churn', change: `${box}/resources/requests/memory`, to: '256 MB' },
  { on: 'Deployment/churn', change: '/spec/template/metadata/labels/version', to: 3 },
  { on: 'Deployment/churn', change: '/apiVersion', to: 'apps/v1beta1' },
  { on: 'ServiceAccount/churn', change: '/automountToken', to: false },
  { on: 'ConfigMap/churn-files', change: '/data/n', to: 5 },
  { on: 'ConfigMap/churn-files', change: '/spec', to: {} },
  { on: 'PersistentVolumeClaim/churn-workspace', change: '/spec/size', to: '1Gi' },
  { on: 'NetworkPolicy/churn-serve', change: '/spec/ingress/0/port', to: 1 },
  { on: 'Service/churn', change: '/spec/ports/0/port' },
  { on: 'HorizontalPodAutoscaler/churn', change: '/spec/targetCPUUtilizationPercentage', to: 70 },
  { on: 'HorizontalPodAutoscaler/churn', change: '/spec/maxReplicas' },
  { on: 'PodDisruptionBudget/churn', change: '/spec/minimum', to: 1 },
  { on: 'CronJob/churn-monitor', change: '/spec/timezone', to: 'UTC' },
  { on: 'CronJob/churn-monitor', change: '/spec/jobTemplate/spec/retries', to: 1 },
  { on: 'ServiceMonitor/churn', change: '/spec/endpoints/0/ports', to: 'http' },
  { on: 'ServiceMonitor/churn', change: '/spec/endpoints/0/interval', to: 30 },
  { on: 'ServiceMonitor/churn', change: '/metadata/lables', to: {} },
  { from: kserve, on: 'InferenceService/churn', change: '/spec/predictor/containers/0/imagee', to: 'x' },
  { from: kserve, on: 'InferenceService/churn', change: '/spec/predictor/replicas', to: 1 },
  { from: kserve, on: 'InferenceService/churn', change: '/spec/predictor/scaleMetric', to: 'love' },
  { from: kserve, on: 'InferenceService/churn', change: '/spec/transformers', to: {} },
];

const named = (objects: readonly KubernetesObject[], title: string): KubernetesObject => {
  const found = objects.find(({ kind, metadata }) => `${kind}/${metadata.name}` === title);
  if (found === undefined) throw new Error(`no ${title}`);
  return found;
};

describe('the schemas', () => {
  it.each(cases.map((one) => ({ ...one, title: one.to === undefined ? 'gone' : JSON.stringify(one.to) })))(
    '$on $change: $title',
    async ({ on, change, to, from = everything }) => {
      const problems = await checkSchema(named(broken(from, on, change, to), on));
      // A value in a list is blamed at its own place, a wrong kind at its name.
      const expected = change === '/apiVersion' ? '/kind' : change;
      expect(problems.map(({ object, path }) => `${object} ${path.replace(/\/args\/0$/, '/args')}`)).toEqual([
        `${on} ${expected}`,
      ]);
    },
  );

  it('refuse what is frozen no less', async () => {
    const frozen = Object.freeze({
      ...everything[0],
      metadata: Object.freeze({ ...everything[0]?.metadata, bogus: 1 }),
    });
    expect(await checkSchema(frozen as unknown as KubernetesObject)).toHaveLength(1);
  });

  it('refuse a member that is unknown wherever it is put', async () => {
    // Maps, whose keys are free.
    const free = /\/(labels|annotations|matchLabels|data|requests|limits|spec\/selector)$/;
    const inPlaces = (value: Json | undefined, path: string): readonly string[] => {
      if (typeof value !== 'object' || value === null) return [];
      const inside = Object.entries(value).flatMap(([key, member]) => inPlaces(member, pointerTo(path, key)));
      return Array.isArray(value) || (free.test(path) && !/^\/spec\/selector$/.test(path))
        ? inside
        : [path, ...inside];
    };
    for (const object of everything.filter(({ kind }) => kind !== 'Service')) {
      for (const path of inPlaces(object, '')) {
        const title = `${object.kind}/${object.metadata.name}`;
        const problems = await checkSchema(named(broken([object], title, `${path}/bogus`, 1), title));
        expect(problems.map((one) => one.path)).toEqual([`${path}/bogus`]);
      }
    }
  });

  it('judge any JSON, and the rules too, without falling over', async () => {
    const kinds = [
      ...new Set([...everything, ...kserve].map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)),
    ];
    const member = fc.constantFrom(
      'template',
      'containers',
      'ports',
      'selector',
      'volumes',
      'env',
      'matchLabels',
      'predictor',
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(member, tie('json'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), json, json, async (known, metadata, spec) => {
        const [apiVersion = '', kind = ''] = known.split(' ');
        const object = { apiVersion, kind, metadata, spec } as unknown as KubernetesObject;
        const named = { ...object, metadata: { name: 'any' } } as unknown as KubernetesObject;
        await checkSchema(object);
        lint([named, ...everything]);
      }),
      { numRuns: 200 },
    );
  });
});
