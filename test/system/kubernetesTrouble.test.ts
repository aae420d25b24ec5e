import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AiengError } from '../../src/errors.ts';
import {
  deploy,
  kindsThere,
  planOf,
  refused,
  someObjects,
  startWorld,
  token,
  wish,
} from './kubernetesApi/world.ts';
import type { World } from './kubernetesApi/world.ts';
import { deadline } from '../../src/deadline.ts';

// The client against an API in this process: a bad network, missing rights, answers that make no sense.
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a difficult network', () => {
  it('honours Retry-After of 429, up to a limit', async () => {
    const how = { status: 429, retryAfter: '7' };
    world.api.faults.push(
      { match: /configmaps/, times: 2, how },
      { match: /services\/churn/, times: 1, how: { status: 429, retryAfter: '86400' } },
    );
    await deploy(world);
    expect(world.waits).toContain(7000);
    expect(Math.max(...world.waits)).toBe(30_000);
    expect(kindsThere(world)).toBe(6);
  });

  it('gives up where the server stays ill, in words', async () => {
    world.api.faults.push({
      match: /./,
      times: 100,
      how: { status: 503, message: `etcd is down, said to ${token}` },
    });
    const error = await refused(planOf(world));
    expect(error).toMatchObject({ code: 'cluster-refused', exitCode: 6 });
    expect(error.message).toContain('(503): etcd is down, said to ***');
    expect(world.api.requests).toHaveLength(5);
  });

  it.each(['drop', 'drop-after'] as const)('tries again when the connection breaks: %s', async (how) => {
    world.api.faults.push(
      { match: /^PATCH/, times: 3, how },
      { match: /^GET .*watch=true/, times: 2, how: 'drop' },
    );
    await deploy(world);
    expect(kindsThere(world)).toBe(6);
  });

  it.each(['cut', 'compact'] as const)('takes a watch up again: %s', async (what) => {
    await deploy(world);
    world.wished = someObjects(2, 'slow');
    world.api.controller.fate = (image) => (image === 'slow' ? 'silent' : 'healthy');
    let isBroken = false;
    const progress = (message: string): void => {
      if (!message.startsWith('waiting') || isBroken) return;
      isBroken = true;
      // The watch is opened after this was said.
      void until(() => world.api.watching > 0).then(() => {
        if (what === 'compact') world.api.compact();
        world.api.cutWatches();
        world.api.controller.fate = () => 'healthy';
        world.api.controller.reconcile('churn');
        if (what === 'compact') world.api.compact();
      });
    };
    const { status } = await deploy({ ...world, context: { ...world.context, progress } });
    expect(status).toMatchObject({ state: 'running', version: 2 });
    expect(isBroken).toBe(true);
  });

  it.each([
    '<html>login</html>',
    '',
    'null',
    '[]',
    '7',
    '{"items":[null,7,{"metadata":{"name":"../x"}}],"metadata":{"continue":7}}',
    '{"metadata":{"name":{}}}',
  ])('is not brought down by an answer of %s', async (body) => {
    await deploy(world);
    const { target, context } = world;
    world.wished = someObjects(2);
    const current = await target.status('churn', context);
    world.api.faults.push({ match: /^(?!.*watch)/, times: 10_000, how: { body } });
    const soon = { ...context, signal: deadline(20_000) };
    const asked = [
      target.status('churn', soon),
      target.plan(wish(500), current, soon),
      target.stop('churn', soon),
      target.destroy('churn', soon),
      target.metrics('churn', soon),
    ];
    for (const outcome of await Promise.allSettled(asked))
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AiengError);
    // Nothing that the server did not name was written.
    expect(world.api.objects.must('ConfigMap', 'churn-project')['data']).toEqual({
      'churn.yaml': 'version: 1\n',
    });
  });

  it('watches through garbage', async () => {
    world.api.faults.push({
      match: /watch=true/,
      times: 3,
      how: { body: '{"type":"ADDED","object":null}\nnull\n{"ty' },
    });
    world.api.controller.fate = () => 'silent';
    const progress = (message: string): void => {
      if (!message.startsWith('waiting')) return;
      void until(() => world.api.watching > 0).then(() => {
        world.api.controller.fate = () => 'healthy';
        world.api.controller.reconcile('churn');
      });
    };
    const { status } = await deploy({ ...world, context: { ...world.context, progress } });
    expect(status.state).toBe('running');
  });

  it('says that nobody answers', async () => {
    await world.stop();
    const error = await refused(world.target.status('churn', world.context));
    expect(error).toMatchObject({ code: 'cluster-unreachable', exitCode: 6 });
  });
});

describe('what is not allowed', () => {
  it.each([
    ['list deployments', 'list deployments.apps'],
    ['create configmaps', 'create configmaps'],
    ['patch configmaps', 'patch configmaps'],
  ])('403: %s is missing', async (rule, named) => {
    world.api.forbidden.add(rule);
    const error = await refused(planOf(world));
    expect(error).toMatchObject({ code: 'cluster-forbidden', exitCode: 6 });
    expect(error.message).toContain(`${named} in the namespace models`);
    expect(error.hint).toContain(`kubectl auth can-i ${named} -n models --context test`);
  });

  it('needs no right to read events, pods and logs for saying that it failed', async () => {
    world.api.controller.fate = () => 'crash';
    for (const one of ['list pods', 'list events', 'get pods/log']) world.api.forbidden.add(one);
    expect((await refused(deploy(world))).message).toContain('the progress deadline was exceeded');
  });

  it('a namespace that is not there', async () => {
    const settings = {
      ...world.context.settings,
      kubernetes: { ...world.context.settings.kubernetes, namespace: 'prod' },
    };
    const error = await refused(planOf({ ...world, context: { ...world.context, settings } }));
    expect(error).toMatchObject({ code: 'namespace-missing' });
    expect(error.hint).toContain('kubectl create namespace prod');
  });

  it('a token that is not accepted, a context that is not there', async () => {
    const settings = {
      ...world.context.settings,
      kubernetes: { ...world.context.settings.kubernetes, context: 'stagin' },
    };
    const unknown = await refused(planOf({ ...world, context: { ...world.context, settings } }));
    expect(unknown).toMatchObject({
      code: 'context-unknown',
      exitCode: 2,
      hint: 'Did you mean staging? (`aieng deploy --context staging`)',
    });
    world.api.faults.push({ match: /./, times: 9, how: { status: 401, message: `bad ${token}` } });
    expect(await refused(planOf(world))).toMatchObject({ code: 'cluster-credentials', exitCode: 2 });
  });
});
