import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { targets } from '../../src/deployment/index.ts';
import { targetNames } from '../../src/deployment/targets/names.ts';
import type { DeploymentStatus, Target, TargetContext, Wish } from '../../src/deployment/target.ts';
import { readEnvironment } from '../../src/environment/index.ts';
import { placeOf } from '../../src/project/deployment/place.ts';
import { fakeManifest, fakePredictor, fakeRow } from '../system/fakePredictor.ts';
import { someObjects, startWorld, wish as clusterWish } from '../system/kubernetesApi/world.ts';

/**
 * What every target of deployment/targets/index.ts owes, each in a world of its own: processes of this machine, an API
 * server in this process. Containers need an engine: here is what holds without one, the rest is in
 * test/system/container.test.ts.
 */
interface World {
  readonly target: Target;
  readonly context: TargetContext;
  /** What is wished of a version. */
  readonly wish: (version: number) => Promise<Wish>;
  readonly end: () => Promise<void>;
}

const system = (file: string): string => resolve(import.meta.dirname, '../system', file);
const tsx = [process.execPath, '--import', import.meta.resolve('tsx')];

async function machine(name: string, variables: NodeJS.ProcessEnv): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'aieng-targets-'));
  await mkdir(join(root, 'deployment'));
  const target = targets.find((each) => each.name === name)!;
  const context: TargetContext = {
    environment: readEnvironment({ variables, cwd: root }),
    folder: join(root, 'deployment'),
    logFolder: join(root, 'logs'),
    settings: placeOf(null).settings,
    progress: () => undefined,
    signal: new AbortController().signal,
    supervisorCommand: [...tsx, system('fakeSupervise.ts')],
    serveCommand: [...tsx, system('fakeServe.ts')],
  };
  const wish = async (version: number): Promise<Wish> => {
    const bundlePath = join(root, `bundle${version}`);
    await mkdir(bundlePath, { recursive: true });
    const { scores } = fakePredictor().predictRows([fakeRow], () => '').answers[0]!;
    const rows = [{ input: fakeRow, features: '', scores }];
    await writeFile(join(bundlePath, 'golden.json'), JSON.stringify({ backend: fakeManifest.backend, rows }));
    await writeFile(join(bundlePath, 'manifest.json'), JSON.stringify(fakeManifest));
    return {
      ...clusterWish(),
      host: '127.0.0.1',
      port: 0,
      version,
      bundleDigest: `bundle${version}`,
      bundlePath,
    };
  };
  return {
    target,
    context,
    wish,
    end: async () => {
      await target.stop('churn', context);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function cluster(): Promise<World> {
  const world = await startWorld();
  return {
    target: world.target,
    context: world.context,
    wish: async (version) => {
      world.wished = someObjects(version);
      return { ...clusterWish(), version, bundleDigest: `sha256:bundle${version}` };
    },
    end: async () => {
      await world.stop();
      await rm(world.context.folder, { recursive: true, force: true });
    },
  };
}

const worlds: Readonly<Record<(typeof targetNames)[number], () => Promise<World>>> = {
  local: () => machine('local', process.env),
  container: () => machine('container', { PATH: '/nowhere' }),
  kubernetes: cluster,
};

it('help and completion name them as the index has them', () => {
  expect(targets.map(({ name }) => name)).toEqual([...targetNames]);
});

describe.each(targetNames)('%s', (name) => {
  let world: World;
  beforeEach(async () => {
    world = await worlds[name]();
  });
  afterEach(() => world.end());

  const statusNow = (): Promise<DeploymentStatus> => world.target.status('churn', world.context);
  const planFor = async (wish: Wish) => world.target.plan(wish, await statusNow(), world.context);
  async function deploy(version: number): Promise<DeploymentStatus> {
    const wish = await world.wish(version);
    return (await world.target.apply(await planFor(wish), wish, world.context)).status;
  }

  it('what was never deployed is stopped, and can be stopped and destroyed: nothing was there', async () => {
    expect(await statusNow()).toMatchObject({ name: 'churn', target: name, state: 'stopped', restarts: 0 });
    await world.target.stop('churn', world.context);
    expect(await world.target.destroy('churn', world.context)).toEqual([]);
    expect(await world.target.metrics('churn', world.context)).toBeNull();
    expect((await statusNow()).state).toBe('stopped');
  });

  if (name === 'container') {
    it('without an engine a plan is refused, with what to do', async () => {
      await expect(planFor(await world.wish(1))).rejects.toMatchObject({
        code: 'engine-not-installed',
        exitCode: 2,
        hint: expect.stringContaining('aieng deploy --to local'),
      });
    });
    return;
  }

  it('a plan touches nothing; applied, it is what runs; the same again is nothing, another version a switch at the same address', async () => {
    const wish = await world.wish(1);
    const plan = await planFor(wish);
    expect(plan).toMatchObject({ action: 'start' });
    expect(plan.steps.length).toBeGreaterThan(0);
    expect((await statusNow()).state).toBe('stopped');
    const { status, durationMs } = await world.target.apply(plan, wish, world.context);
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(status).toMatchObject({
      name: 'churn',
      target: name,
      state: 'running',
      version: 1,
      bundleDigest: wish.bundleDigest,
    });
    expect(status.url).toMatch(/^http:\/\//);
    expect(await statusNow()).toMatchObject({ state: 'running', version: 1 });
    const again = await planFor(wish);
    expect(again).toMatchObject({ action: 'none', steps: [] });
    expect((await world.target.apply(again, wish, world.context)).status).toMatchObject({
      state: 'running',
      version: 1,
    });
    const next = await world.wish(2);
    const change = await planFor(next);
    expect(change.action).toBe('switch');
    expect((await world.target.apply(change, next, world.context)).status).toMatchObject({
      state: 'running',
      version: 2,
      bundleDigest: next.bundleDigest,
      url: status.url,
    });
  });

  it('stopped, nothing serves, twice too; it comes back; destroyed, it says what was there, once', async () => {
    await deploy(1);
    await world.target.stop('churn', world.context);
    expect((await statusNow()).state).toBe('stopped');
    await world.target.stop('churn', world.context);
    expect(await world.target.metrics('churn', world.context)).toBeNull();
    expect((await deploy(1)).state).toBe('running');
    const removed = await world.target.destroy('churn', world.context);
    expect(removed.length).toBeGreaterThan(0);
    for (const words of removed) expect(words).toContain('churn');
    expect((await statusNow()).state).toBe('stopped');
    const again = await world.target.destroy('churn', world.context);
    // What holds data is kept, and told each time.
    expect(again.filter((words) => !words.startsWith('kept '))).toEqual([]);
  });
});
