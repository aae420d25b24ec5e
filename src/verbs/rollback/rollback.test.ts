import { beforeEach, describe, expect, it, vi } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { DeploymentStatus, SecondWish, Target } from '../../deployment/target.ts';
import { sampleInputs } from '../../packaging/bundle.fixture.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { planBundle } from '../../packaging/plan.ts';
import type { Context } from '../../project/context.ts';
import { bringUp } from '../../project/deployment/bringUp.ts';
import { placeOf } from '../../project/deployment/place.ts';
import { readRuns } from '../../tracking/runs/runs.ts';
import { servedValue } from '../../tracking/served.ts';
import { status } from '../status/status.ts';
import { readSecond } from '../../tracking/desired.ts';
import { keepBundle } from '../../packaging/keep.ts';
import { deploy as deployVerb } from '../deploy/deploy.ts';
import type { DeployOptions } from '../deploy/options.ts';
import { rollback, servedBefore } from './rollback.ts';

const running = vi.hoisted(() => ({
  version: null as number | null,
  bundleDigest: null as string | null,
  second: undefined as SecondWish | undefined,
  fails: false,
}));

/** A place that serves whatever it is given, unless it is told to fail. */
vi.mock('../../deployment/index.ts', () => {
  const now = (name: string): DeploymentStatus => ({
    name,
    target: 'local',
    state: running.bundleDigest === null ? 'stopped' : 'running',
    url: running.bundleDigest === null ? null : 'http://127.0.0.1:8080',
    version: running.version,
    bundleDigest: running.bundleDigest,
    since: null,
    pid: null,
    restarts: 0,
    message: '',
    ...(running.second === undefined ? {} : { second: running.second }),
  });
  const local: Target = {
    name: 'local',
    runs: 'bundle',
    plan: async () => ({ action: 'switch', steps: [] }),
    apply: async (_plan, { name, version, bundleDigest, second }) => {
      if (running.fails) throw new Error('not healthy');
      Object.assign(running, { version, bundleDigest, second });
      return { status: now(name), durationMs: 1 };
    },
    status: async (name) => now(name),
    stop: async () => undefined,
    destroy: async () => [],
    metrics: async () => null,
  };
  return { targets: [local] };
});
vi.mock('../../project/predictors.ts', () => ({
  openVerifiedPredictor: async () => ({ predictor: { dispose: () => undefined } }),
}));

const bundles = Array.from({ length: 5 }, (_, at) => planBundle({ ...sampleInputs(), goal: `goal ${at}` }));
const bundleOf = (version: number): Bundle => bundles[version]!;

let context: Context;
beforeEach(async () => {
  Object.assign(running, { version: null, bundleDigest: null, second: undefined, fails: false });
  ({ context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() }));
});

const deploy = async (bundle: Bundle, version: number | null): Promise<void> => {
  await bringUp(context, { bundle, name: 'left', version }, placeOf(null), {
    why: 'aieng deploy',
    waitMs: 0,
  });
};
const back = async (name = 'left'): Promise<unknown> => (await rollback(context, { name, waitMs: 0 })).result;
/** What `status` says: what serves, and who served. */
const said = async (): Promise<readonly [number | null | undefined, readonly (number | null)[]]> => {
  const [deployment] = (await status(context, { name: 'left' })).result.deployments;
  return [deployment?.status.version, deployment?.history.map(({ version }) => version) ?? []];
};

describe('rollback', () => {
  it('goes to the version before, not to the oldest, and twice in a row to where it began', async () => {
    for (const version of [1, 2, 3, 4]) await deploy(bundleOf(version), version);
    expect(await back()).toMatchObject({ name: 'left', from: 4, to: 3 });
    expect(running).toMatchObject({ version: 3, bundleDigest: bundleOf(3).digest });
    expect(await said()).toEqual([3, [1, 2, 3, 4, 3]]);
    expect(await back()).toMatchObject({ from: 3, to: 4 });
    expect(await said()).toEqual([4, [1, 2, 3, 4, 3, 4]]);
  });

  it('after an old version was deployed again goes to what served before that', async () => {
    for (const version of [1, 2, 3, 1]) await deploy(bundleOf(version), version);
    expect(await back()).toMatchObject({ from: 1, to: 3 });
    expect(await said()).toEqual([3, [1, 2, 3, 1, 3]]);
  });

  it('goes to a bundle that has no version here', async () => {
    await deploy(bundleOf(1), 1);
    await deploy(bundleOf(0), null);
    await deploy(bundleOf(2), 2);
    expect(await back()).toMatchObject({ from: 2, to: null });
    expect(running).toMatchObject({ version: null, bundleDigest: bundleOf(0).digest });
    expect(await said()).toEqual([null, [1, null, 2, null]]);
  });

  it('takes a bundle that got its version later for the one that it is', async () => {
    await deploy(bundleOf(1), 1);
    await deploy(bundleOf(2), null);
    await deploy(bundleOf(2), 2);
    expect(await back()).toMatchObject({ from: 2, to: 1 });
  });

  it('refuses where nothing served before, and a second deployment of the same is nothing', async () => {
    const nothing = { exitCode: 2, code: 'nothing-to-roll-back-to' };
    await expect(back()).rejects.toMatchObject({ exitCode: 2, code: 'not-deployed' });
    await deploy(bundleOf(1), 1);
    await deploy(bundleOf(1), 1);
    await expect(back()).rejects.toMatchObject(nothing);
    await expect(back('left@1')).rejects.toMatchObject({
      code: 'not-deployed',
      hint: expect.stringMatching(/^Did you mean left\? .*`aieng deploy left@1`/),
    });
    expect(await said()).toEqual([1, [1]]);
  });

  it('that fails changes nothing of what is told', async () => {
    for (const version of [1, 2, 3]) await deploy(bundleOf(version), version);
    running.fails = true;
    await expect(back()).rejects.toThrow('not healthy');
    expect(await said()).toEqual([3, [1, 2, 3]]);
    running.fails = false;
    expect(await back()).toMatchObject({ from: 3, to: 2 });
  });
});

describe('what deploy writes down', () => {
  it('names the environment that counted and what it set, and none where none did', async () => {
    ({ context } = await openTestProject({
      'pipelines/left.yaml': `${customersPipeline()}\nenv: { prod: { monitor: { min_rows: 300 } } }\n`,
    }));
    await keepBundle(context.store, bundleOf(1));
    await context.store.claimVersion('left', bundleOf(1).digest);
    const asked = { bundle: 'left@1', dryRun: false, waitMs: 0 };
    const plain = await deployVerb(context, asked);
    const inProd = await deployVerb({ ...context, env: 'prod' }, asked);
    const runs = await readRuns(context, 9);
    const envOf = (runId: string | undefined): unknown =>
      runs.records.find(({ id }) => id === runId)?.content.env;
    expect(envOf(plain.runId)).toBeUndefined();
    expect(envOf(inProd.runId)).toMatchObject({
      name: 'prod',
      changes: [{ key: 'monitor.min_rows', value: 300 }],
    });
  });
});

describe('what runs beside the version in charge', () => {
  const claim = async (version: number): Promise<void> => {
    await keepBundle(context.store, bundleOf(version));
    expect((await context.store.claimVersion('left', bundleOf(version).digest)).version).toBe(version);
  };
  const ask = (
    bundle: string | undefined,
    more: Partial<DeployOptions> = {},
  ): ReturnType<typeof deployVerb> =>
    deployVerb(context, { ...(bundle === undefined ? {} : { bundle }), dryRun: false, waitMs: 0, ...more });
  const canary = { beside: { role: 'canary', share: 0.25 } } as const;

  beforeEach(async () => {
    for (const version of [1, 2, 3]) await claim(version);
    await ask('left@1');
  });

  it('is started beside it, told, and stays when the version in charge is deployed again', async () => {
    const { result } = await ask('left@2', canary);
    expect(result).toMatchObject({ version: 2, previousVersion: 1, beside: { role: 'canary', share: 0.25 } });
    expect(running).toMatchObject({ version: 1, second: { version: 2, role: 'canary', share: 0.25 } });
    expect(await said()).toEqual([1, [1]]);
    const since = (await readSecond(context, 'left'))?.since;
    expect((await ask('left@1')).warnings).toEqual(['left@2 stays beside it as a canary.']);
    expect(running.second).toMatchObject({ version: 2 });
    expect((await readSecond(context, 'left'))?.since).toBe(since);
  });

  it('is not ended by whoever deploys the newest version without naming it', async () => {
    await ask('left@3', { beside: { role: 'shadow', share: null } });
    expect(running.second).toMatchObject({ version: 3, role: 'shadow', share: 1 });
    const { warnings, result } = await ask('left');
    expect(warnings).toEqual([
      expect.stringMatching(/left@3 is the newest version, and a shadow: it stays one/),
    ]);
    expect(result.version).toBe(1);
    expect(running).toMatchObject({ version: 1, second: { version: 3 } });
    // By its version it is meant.
    await ask('left@3');
    expect(running).toMatchObject({ version: 3, second: undefined });
  });

  it('takes over with --promote, and ends by rollback, which leaves the version in charge', async () => {
    await expect(ask('left', { promote: true })).rejects.toMatchObject({ code: 'nothing-to-promote' });
    await ask('left@2', canary);
    expect(await back()).toMatchObject({ from: 2, to: 1, ended: 'canary' });
    expect(running).toMatchObject({ version: 1, second: undefined });
    expect(await said()).toEqual([1, [1]]);
    await ask('left@2', canary);
    await ask('left', { promote: true });
    expect(running).toMatchObject({ version: 2, second: undefined });
    expect(await said()).toEqual([2, [1, 2]]);
    expect(await back()).toMatchObject({ from: 2, to: 1 });
  });

  it('that does not get healthy changes nothing of what is written down', async () => {
    running.fails = true;
    await expect(ask('left@2', canary)).rejects.toThrow('not healthy');
    expect(await readSecond(context, 'left')).toBeNull();
  });

  it('is refused where it is the same, answers otherwise, or nothing is in charge', async () => {
    await expect(ask('left@1', canary)).rejects.toMatchObject({ code: 'second-same' });
    const other = planBundle({ ...sampleInputs(), label: 'other' });
    await keepBundle(context.store, other);
    await context.store.claimVersion('left', other.digest);
    await expect(ask('left@4', canary)).rejects.toMatchObject({ code: 'second-answers-otherwise' });
  });
});

describe('servedBefore', () => {
  const of = (...served: readonly (readonly [number | null, string])[]): ReturnType<typeof servedBefore> =>
    servedBefore(served.map(([version, digest]) => ({ value: servedValue(version, digest) })));

  it('is null where there is none, else the newest of another digest', () => {
    expect(of()).toBeNull();
    expect(of([1, 'a'])).toBeNull();
    expect(of([1, 'a'], [1, 'a'])).toBeNull();
    expect(of([1, 'a'], [2, 'b'])).toEqual({ version: 1, digest: 'a' });
    expect(of([1, 'a'], [2, 'b'], [3, 'c'])).toEqual({ version: 2, digest: 'b' });
    expect(of([1, 'a'], [null, 'b'], [2, 'b'])).toEqual({ version: 1, digest: 'a' });
  });
});
