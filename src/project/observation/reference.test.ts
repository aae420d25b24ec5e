import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/fixed.ts';
import { sampleInputs } from '../../packaging/bundle.fixture.ts';
import { planBundle } from '../../packaging/plan.ts';
import { openFileStore } from '../../store/backends/fs/index.ts';
import { acceptReference, referenceOf, sinceAccepted, whoAmI } from './reference.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-reference-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('is that of the bundle until another is accepted for it, with who and why', async () => {
  const environment = fakeEnvironment();
  const context = { environment, store: await openFileStore({ folder: scratch, environment }) };
  const inputs = sampleInputs();
  const bundle = planBundle(inputs);
  const own = inputs.documents['reference.json'];
  expect(await referenceOf(context, 'churn', bundle)).toEqual({
    reference: own,
    scored: null,
    accepted: null,
  });

  const reference = { ...own, rows: 50 };
  const scored = { outputs: 2, scores: [0.1, 0.9], target: [1] };
  const seen = [{ kind: 'drift', message: 'tenure drifted' }];
  const said = { by: 'person', why: 'a new price list', seen } as const;
  const accepted = await acceptReference(context, 'churn', { ...said, bundle, reference, scored, from: 7 });
  expect(accepted).toMatchObject({ ...said, at: environment.now(), rows: 50, bundle: bundle.digest });
  expect(await referenceOf(context, 'churn', bundle)).toEqual({ reference, scored, accepted });

  // Another model, and another pipeline, have their own.
  const other = planBundle({ ...inputs, goal: 'another' });
  expect((await referenceOf(context, 'churn', other)).accepted).toBeNull();
  expect((await referenceOf(context, 'bikes', bundle)).accepted).toBeNull();

  const again = await acceptReference(context, 'churn', {
    ...said,
    by: 'retrain',
    why: 'nothing better is to be had',
    from: null,
    bundle,
    reference: own,
    scored: null,
  });
  expect(await referenceOf(context, 'churn', bundle)).toEqual({
    reference: own,
    scored: null,
    accepted: again,
  });
});

it('is accepted by an account of a machine', () => {
  const host = fakeEnvironment().host;
  expect(whoAmI({ host, variables: { USER: 'ada' } })).toBe(`ada@${host.name}`);
  expect(whoAmI({ host, variables: { USER: '', LOGNAME: 'bob' } })).toBe(`bob@${host.name}`);
  expect(whoAmI({ host, variables: { GITHUB_ACTOR: 'eve', USER: 'runner' } })).toBe(`eve@${host.name}`);
  expect(whoAmI({ host, variables: {} })).toBe(`somebody@${host.name}`);
});

it('judges no row from before the population that was accepted', () => {
  const window = { fromMs: 100, lastRows: 10 };
  expect(sinceAccepted(window, { from: 150 })).toEqual({ fromMs: 150, lastRows: 10 });
  for (const accepted of [null, {}, { from: null }, { from: 50 }])
    expect(sinceAccepted(window, accepted)).toEqual(window);
});
