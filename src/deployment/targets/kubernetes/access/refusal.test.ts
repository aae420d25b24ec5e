import { expect, it } from 'vitest';
import { conflictsOf, isWithOurselves, refusalOf, unreachable } from './refusal.ts';

const call = {
  verb: 'patch',
  resource: 'deployments.apps',
  title: 'Deployment churn',
  namespace: 'models',
  context: 'prod',
} as const;
const status = (code: number, message: string, details: object = {}) => ({
  status: code,
  body: JSON.stringify({ kind: 'Status', message, details, code }),
});
const same = (text: string): string => text;
const conflict = (manager: string, field: string) => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}" with subresource "scale" using apps/v1 at 2026-01-01T00:00:00Z`,
  field,
});

it.each([
  [status(401, 'Unauthorized'), 'cluster-credentials', 2, 'credentials'],
  [
    status(
      403,
      'deployments.apps "churn" is forbidden: User "ci" cannot create resource "deployments" in API group "apps"',
    ),
    'cluster-forbidden',
    6,
    'to create deployments.apps in the namespace models',
  ],
  [status(403, 'pods "x" is forbidden: exceeded quota: team'), 'cluster-refused', 6, 'exceeded quota: team'],
  [
    status(404, 'namespaces "models" not found', { kind: 'namespaces' }),
    'namespace-missing',
    6,
    'no namespace models',
  ],
  [
    status(404, 'the server could not find the requested resource'),
    'kind-missing',
    6,
    'does not know deployments.apps',
  ],
  [
    status(409, 'Apply failed', { causes: [conflict('helm', '.spec.replicas')] }),
    'field-conflict',
    6,
    'helm manages and aieng would set otherwise: .spec.replicas',
  ],
  [
    status(422, 'spec.selector: Invalid value: field is immutable'),
    'field-immutable',
    6,
    'field is immutable',
  ],
  [{ status: 502, body: '<html>' }, 'cluster-refused', 6, 'it gave no reason'],
])('says what %o means', (answer, code, exitCode, words) => {
  const error = refusalOf(call, answer, same);
  expect(error).toMatchObject({ code, exitCode });
  expect(error.message).toContain(words);
  expect(error.hint).not.toBe('');
});

it('gives the command that shows a missing right', () => {
  expect(refusalOf(call, { status: 403, body: '' }, same).hint).toContain(
    '`kubectl auth can-i patch deployments.apps -n models --context prod`',
  );
});

it('never tells to remove a claim', () => {
  const claim = { ...call, title: 'PersistentVolumeClaim churn-data' };
  const refused = status(422, 'spec: Forbidden: spec is immutable after creation');
  expect(refusalOf(claim, refused, same)).toMatchObject({ code: 'field-immutable' });
  expect(refusalOf(claim, refused, same).hint).not.toContain('delete');
  expect(refusalOf(call, refused, same).hint).toContain('kubectl delete');
});

it('tells conflicts with ourselves from others', () => {
  const body = (...managers: string[]): string =>
    status(409, '', { causes: managers.map((manager) => conflict(manager, '.spec.replicas')) }).body;
  expect(conflictsOf(body('helm'))).toEqual([{ manager: 'helm', field: '.spec.replicas' }]);
  expect(isWithOurselves(conflictsOf(body('aieng')))).toBe(true);
  expect(isWithOurselves(conflictsOf(body('aieng', 'helm')))).toBe(false);
  expect(isWithOurselves(conflictsOf('not json'))).toBe(false);
});

it('passes every text of the server through the cleaner', () => {
  const hide = (text: string): string => text.replaceAll('s3cret', '***');
  const answers = [
    status(500, 's3cret'),
    status(409, 's3cret'),
    status(409, '', { causes: [conflict('s3cret', 's3cret')] }),
    status(403, 's3cret'),
  ];
  for (const answer of answers) expect(refusalOf(call, answer, hide).message).not.toContain('s3cret');
  expect(unreachable('https://s3cret', new Error('s3cret'), hide).message).not.toContain('s3cret');
});
