import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../digest.ts';
import { box, broken, deployment, everything, kserve, monitor } from './breaking.fixture.ts';
import { brokenObjects } from './brokenObjects.fixture.ts';
import { brokenPods } from './brokenPods.fixture.ts';
import { rules } from './index.ts';
import { lint } from './lint.ts';

const cases = [...brokenObjects, ...brokenPods];
const short = (value: Json | undefined): string =>
  (value === undefined ? 'gone' : JSON.stringify(value)).slice(0, 50);

describe('the lint', () => {
  it('finds nothing in what is good', () => {
    expect(lint(everything)).toEqual([]);
    expect(lint(kserve)).toEqual([]);
  });

  it.each(
    cases.map(([on, change, to, rule, blamed]) => ({ rule, on, change, to, blamed, value: short(to) })),
  )('$rule: $on $change $value', ({ rule, on, change, to, blamed = change }) => {
    const findings = lint(broken(everything, on, change, to));
    const expected = blamed.startsWith('/') ? `${on} ${blamed}` : blamed;
    expect(findings.map((one) => `${one.rule} ${one.object} ${one.path}`)).toEqual([`${rule} ${expected}`]);
    expect(findings.every(({ message, fix }) => message !== '' && fix !== '')).toBe(true);
  });

  it('has a broken manifest for each of its rules', () => {
    const covered = new Set([...cases.map(([, , , rule]) => rule), 'duplicate-object']);
    expect(rules.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });

  it('finds an object that is there twice', () => {
    const twice = [...everything, ...everything.filter(({ kind }) => kind === 'Service')];
    expect(lint(twice).map(({ rule, object }) => `${rule} ${object}`)).toEqual([
      'duplicate-object Service/churn',
    ]);
  });

  it('a request as large as its limit is none above it; one byte more is', () => {
    const limited = (memory: string) =>
      broken(everything, deployment, `${box}/resources/limits/memory`, memory);
    const requested = (memory: string) =>
      broken(limited('256Mi'), deployment, `${box}/resources/requests/memory`, memory);
    expect(lint(requested('256Mi'))).toEqual([]);
    expect(lint(requested(String(256 * 2 ** 20 + 1))).map(({ rule }) => rule)).toEqual([
      'request-over-limit',
    ]);
  });

  it('looks into an InferenceService as into a Deployment', () => {
    const path = '/spec/predictor/containers/0/image';
    expect(lint(broken(kserve, 'InferenceService/churn', path, 'churn'))).toMatchObject([
      { rule: 'image-digest', path },
    ]);
  });

  it('tells no secret, and lets one pass that is kept elsewhere', () => {
    const [finding] = lint(
      broken(everything, deployment, `${box}/env/3`, { name: 'DB_PASSWORD', value: 'hunter2' }),
    );
    expect(JSON.stringify(finding)).not.toContain('hunter2');
    const reference = { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } };
    expect(lint(broken(everything, deployment, `${box}/env/3`, reference))).toEqual([]);
  });

  it('lets OnFailure pass where no failure policy judges pods', () => {
    const free = broken(everything, monitor, '/spec/jobTemplate/spec/podFailurePolicy', undefined);
    const path = '/spec/jobTemplate/spec/template/spec/restartPolicy';
    expect(lint(broken(free, monitor, path, 'OnFailure'))).toEqual([]);
  });
});
