import { expect, it } from 'vitest';
import { asApplied, toPlan } from './changes.ts';
import { parseChange } from '../access/follow.ts';
import { kindNamed, pathOf, resourceOf } from '../access/kinds.ts';
import { toObject } from '../look.ts';
import { isOurs } from './ownership.ts';

const labels = { 'app.kubernetes.io/managed-by': 'aieng', 'app.kubernetes.io/instance': 'churn' };
const object = (kind: string, metadata: object = {}, more: object = {}) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'churn', labels, ...metadata },
  ...more,
});
const applied = { managedFields: [{ manager: 'aieng', operation: 'Apply' }] };

it('leaves replicas to the autoscaler, where there is one', () => {
  const deployment = object('Deployment', {}, { spec: { replicas: 2, paused: false } });
  expect(asApplied([deployment])).toEqual([deployment]);
  expect(asApplied([deployment, object('HorizontalPodAutoscaler')])[0]).toEqual({
    ...deployment,
    spec: { paused: false },
  });
});

it('is ours by labels and fields, and not where a controller made it', () => {
  expect(isOurs(object('Job', applied), 'churn')).toBe(true);
  expect(isOurs(object('Job', applied), 'other')).toBe(false);
  expect(isOurs(object('Job'), 'churn')).toBe(false);
  expect(isOurs(object('Job', { managedFields: [{ manager: 'aieng', operation: 'Update' }] }), 'churn')).toBe(
    false,
  );
  expect(isOurs(object('Job', { ...applied, ownerReferences: [{ controller: true }] }), 'churn')).toBe(false);
});

it('plans words and a diff, and nothing where nothing changes', () => {
  const before = object('Deployment', {}, { spec: { replicas: 2 } });
  const after = object('Deployment', {}, { spec: { replicas: 2, paused: true } });
  const keep = { action: 'keep', wished: before, before, after: before } as const;
  expect(toPlan([keep], 60_000)).toEqual({ action: 'none', steps: [] });
  expect(toPlan([keep, { action: 'leave', before: object('Job') }], 60_000).action).toBe('none');
  const plan = toPlan([{ ...keep, action: 'update', after }], 60_000);
  expect(plan.action).toBe('switch');
  expect(plan.diff).toContain('+   paused: true');
  expect(plan.steps).toEqual([
    'update Deployment churn',
    'wait up to 60 s for the rollout; undo it when it does not get healthy',
  ]);
  expect(toPlan([{ ...keep, action: 'create', before: null }], 60_000).action).toBe('start');
  const stopped = object('Deployment', {}, { spec: { replicas: 0 } });
  expect(
    toPlan([{ action: 'keep', wished: stopped, before: stopped, after: stopped }], 60_000),
  ).toMatchObject({ action: 'start' });
});

it('knows paths and RBAC names', () => {
  expect(pathOf(kindNamed('Pod'), 'models', 'x')).toBe('/api/v1/namespaces/models/pods/x');
  expect(pathOf(kindNamed('HorizontalPodAutoscaler'), 'models')).toBe(
    '/apis/autoscaling/v2/namespaces/models/horizontalpodautoscalers',
  );
  expect([resourceOf(kindNamed('Pod')), resourceOf(kindNamed('CronJob'))]).toEqual([
    'pods',
    'cronjobs.batch',
  ]);
});

it.each(['..', '../x', 'a/b', '\u001b[2J', '', '-x', 7])(
  'takes no object of the name %j from a server',
  (name) => {
    expect(toObject({ metadata: { name } }, kindNamed('Pod'))).toBeNull();
  },
);

it.each([
  [
    '{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"5"}}}',
    { type: 'object', version: '5' },
  ],
  [
    '{"type":"DELETED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}',
    { type: 'gone', version: '6' },
  ],
  ['{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}', { type: 'bookmark', version: '7' }],
  ['{"type":"ERROR","object":{"kind":"Status","code":410}}', { type: 'expired' }],
  ['{"type":"ERROR","object":{"kind":"Status","code":500}}', { type: 'unknown' }],
  ['{"type":"ADDED","object":null}', { type: 'unknown' }],
  ['{"type":"ADDED","obj', { type: 'unknown' }],
  ['null', { type: 'unknown' }],
])('reads a watch’s line %s', (line, change) => {
  expect(parseChange(line, kindNamed('Pod'))).toMatchObject(change);
});
