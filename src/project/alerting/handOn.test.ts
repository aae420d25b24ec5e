import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { AiengError } from '../../errors.ts';
import { alertBookKind, readAlertBook } from '../../tracking/alerts/books.ts';
import { alerts as alertsVerb } from '../../verbs/alerts/alerts.ts';
import type { Context } from '../context.ts';
import type { Outcome } from '../outcome.ts';
import { afterFailure, afterOutcome } from './afterCommand.ts';

interface Arrived {
  readonly subject: string;
  readonly alerts: readonly { readonly kind: string; readonly reason: string; readonly summary: string }[];
}

/** A receiver that can be down. */
const receiver = { up: true, arrived: [] as Arrived[], tries: 0 };
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    receiver.tries += 1;
    if (receiver.up) receiver.arrived.push(JSON.parse(body) as Arrived);
    response.writeHead(receiver.up ? 200 : 400).end();
  });
});
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let project: TestProject;
let context: Context;
beforeEach(async () => {
  Object.assign(receiver, { up: true, arrived: [], tries: 0 });
  project = await openTestProject(
    {
      'pipelines/left.yaml': customersPipeline(
        'alerts:\n  sinks:\n    - name: ops\n      webhook: { url: "${OPS_URL}" }\n',
      ),
    },
    { variables: { OPS_URL: url } },
  );
  ({ context } = project);
});

const unattended = { command: 'train', pipeline: 'left', terminal: false };
const ok: Outcome = { pipeline: 'left', exitCode: 0, warnings: [], result: null };
const gateFailed = { exitCode: 4, message: 'The gate log_loss failed.', hint: 'Look at it.' };
const heard = (): readonly string[] =>
  receiver.arrived.flatMap(({ alerts }) => alerts.map(({ kind, reason }) => `${kind} ${reason}`));

describe('what a command came to', () => {
  it('reaches the receiver, once, and its end too', async () => {
    expect(await afterFailure(context, unattended, gateFailed)).toEqual([]);
    expect(receiver.arrived[0]).toMatchObject({
      subject: 'left: warning: The gate log_loss failed.',
      alerts: [{ kind: 'gate-failed', reason: 'new' }],
    });
    await afterFailure(context, unattended, gateFailed);
    expect(heard()).toEqual(['gate-failed new']);
    await afterOutcome(context, unattended, ok);
    expect(heard()).toEqual(['gate-failed new', 'gate-failed over']);
    expect((await readAlertBook(context, 'left')).book.alerts).toEqual([]);
  });

  it('waits while the receiver is down, is not tried at every command, and arrives when it is up', async () => {
    receiver.up = false;
    expect(await afterFailure(context, unattended, gateFailed)).toEqual([
      expect.stringMatching(/^Alerts for ops wait: it answered 400\./),
    ]);
    const { tries } = receiver;
    await afterOutcome(context, { ...unattended, command: 'ingest' }, ok);
    expect(receiver.tries).toBe(tries);
    receiver.up = true;
    project.environment.advance(60_000);
    expect(await afterOutcome(context, { ...unattended, command: 'ingest' }, ok)).toEqual([]);
    expect(heard()).toEqual(['gate-failed new']);
  });

  it('is sent at once by `alerts send`, and `alerts list` tells what waits and why', async () => {
    receiver.up = false;
    await afterFailure(context, unattended, gateFailed);
    const listed = await alertsVerb(context, { action: 'list' });
    expect(listed.result.receivers[0]).toMatchObject({ waiting: 1, problem: 'it answered 400' });
    const refused = await alertsVerb(context, { action: 'send' });
    expect(refused).toMatchObject({ exitCode: 2, refusal: { code: 'receiver-failed' } });
    receiver.up = true;
    const sent = await alertsVerb(context, { action: 'send' });
    expect(sent).toMatchObject({ exitCode: 0, result: { sent: [{ receiver: 'ops', alerts: 1 }] } });
    expect(heard()).toEqual(['gate-failed new']);
  });

  it('is not raised where somebody sits at the terminal; that it is over, all hear', async () => {
    await afterFailure(context, { ...unattended, terminal: true }, gateFailed);
    expect(heard()).toEqual([]);
    await afterFailure(context, unattended, gateFailed);
    await afterFailure(context, { ...unattended, terminal: true }, gateFailed);
    expect(heard()).toEqual(['gate-failed new']);
    await afterOutcome(context, { ...unattended, terminal: true }, ok);
    expect(heard()).toEqual(['gate-failed new', 'gate-failed over']);
  });

  it('is told though the rest of the pipeline file is broken: that is something to be told', async () => {
    project.write('pipelines/left.yaml', `sorce: x\nalerts:\n  sinks:\n    - webhook: { url: "${url}" }\n`);
    const failure = { exitCode: 2, message: 'pipelines/left.yaml: unknown key sorce.', hint: 'source' };
    await afterFailure(context, { ...unattended, command: 'retrain' }, failure);
    expect(heard()).toEqual(['retrain-failed new']);
  });

  it('is told though nothing can be written down', async () => {
    const full: Context = {
      ...context,
      store: {
        ...context.store,
        lock: () =>
          Promise.reject(
            new AiengError({ code: 'enospc', message: 'the disk is full.', hint: 'Free some.', exitCode: 2 }),
          ),
      },
    };
    expect(await afterFailure(full, unattended, gateFailed)).toEqual([
      'Alerts could not be written down: the disk is full. Free some.',
    ]);
    expect(heard()).toEqual(['gate-failed new']);
  });

  it('names a variable that is not set, and keeps what waits', async () => {
    const { OPS_URL: _, ...variables } = context.environment.variables;
    const bare = { ...context, environment: { ...context.environment, variables } };
    expect(await afterFailure(bare, unattended, gateFailed)).toEqual([
      expect.stringContaining('the environment variable OPS_URL is not set'),
    ]);
    expect((await readAlertBook(context, 'left')).book.alerts).toHaveLength(1);
  });

  it('leaves nothing in the store but the newest book, and no value of the environment in it', async () => {
    receiver.up = false;
    for (const exitCode of [3, 4, 6]) await afterFailure(context, unattended, { ...gateFailed, exitCode });
    expect(await context.store.recordIds('alerts-left')).toHaveLength(1);
    const { book } = await readAlertBook(context, 'left');
    expect(book.alerts).toHaveLength(3);
    expect(JSON.stringify(book)).not.toContain('127.0.0.1');
    expect(alertBookKind.owner).toBe('pipeline');
  });

  it.each(['status', 'explain', 'alerts', 'doctor'])('of %s is told nobody', async (command) => {
    await afterFailure(context, { ...unattended, command }, { ...gateFailed, exitCode: 1 });
    expect(heard()).toEqual([]);
  });

  it('is told by no one where AIENG_ALERTS says never, and at a terminal too where it says always', async () => {
    const saying = (word: string): Context => ({
      ...context,
      environment: { ...context.environment, variables: { OPS_URL: url, AIENG_ALERTS: word } },
    });
    await afterFailure(saying('never'), unattended, gateFailed);
    expect(heard()).toEqual([]);
    await afterFailure(saying('always'), { ...unattended, terminal: true }, gateFailed);
    expect(heard()).toEqual(['gate-failed new']);
  });

  it('of a word that somebody mistyped is told nobody, also where AIENG_ALERTS says always; of a job it is', async () => {
    const slip = {
      exitCode: 2,
      message: 'left.yaml has no environment "prdo".',
      hint: 'Did you mean "prod"?',
    };
    const always: Context = {
      ...context,
      env: 'prdo',
      environment: { ...context.environment, variables: { OPS_URL: url, AIENG_ALERTS: 'always' } },
    };
    await afterFailure(always, { ...unattended, mistyped: true }, slip);
    await afterFailure({ ...context, env: 'prdo' }, { ...unattended, mistyped: true }, slip);
    expect(heard()).toEqual([]);
    await afterFailure({ ...context, env: 'prdo' }, unattended, slip);
    expect(heard()).toEqual(['run-failed new']);
  });

  it('two commands at once lose nothing and tell nothing twice', async () => {
    const endings = [
      ['monitor', 3],
      ['train', 4],
      ['deploy', 6],
    ] as const;
    const failing = endings.map(([command, exitCode]) =>
      afterFailure(context, { ...unattended, command }, { ...gateFailed, exitCode }),
    );
    await Promise.all(failing);
    expect([...heard()].sort()).toEqual(['data-rejected new', 'deploy-failed new', 'gate-failed new']);
  });
});

describe('alerts test', () => {
  it('reaches every receiver, and nothing of it is kept', async () => {
    const { exitCode, result } = await alertsVerb(context, { action: 'test' });
    expect([exitCode, result.sent]).toEqual([0, [{ receiver: 'ops', alerts: 1, problem: null }]]);
    expect(heard()).toEqual(['test new']);
    expect(await context.store.recordIds('alerts-left')).toEqual([]);
  });

  it('refuses a pipeline that tells nobody, with what to write', async () => {
    project.write('pipelines/left.yaml', customersPipeline());
    await expect(alertsVerb(context, { action: 'test' })).rejects.toMatchObject({
      code: 'no-receivers',
      exitCode: 2,
    });
  });
});
