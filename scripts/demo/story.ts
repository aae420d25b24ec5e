import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { storyPage } from '../../src/reporting/index.ts';
import { dealOut } from './deal.ts';
import type { Deal, Row } from './deal.ts';
import { lastMonitorReport, lastRetraining } from './facts.ts';
import { createProject, freePort, readFixture } from './project.ts';
import type { Place } from './project.ts';
import type { CommandResult } from './shell.ts';
import type { Receiver } from './receiver.ts';
import { openReceiver } from './receiver.ts';
import { aieng } from './shell.ts';
import { closeConnections, keepSending, sendCustomers, sendLabels } from './traffic.ts';
import { summarise } from './summary.ts';

/** One step of the story: what was typed, what came of it, and whether it is what the story promises. */
export interface Step {
  readonly title: string;
  readonly command: string | null;
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly output: string;
  readonly figures: readonly (readonly [label: string, value: string])[];
  /** What the promise was, and whether it was kept. */
  readonly promise: string;
  readonly kept: boolean;
}

export interface Story {
  readonly seed: number;
  readonly control: boolean;
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly Step[];
  readonly requests: { readonly sent: number; readonly failed: number };
  readonly monitor: {
    readonly calm: MonitorReport | null;
    readonly launch: MonitorReport | null;
    readonly after: MonitorReport | null;
  };
  readonly retraining: RetrainResult | null;
  readonly report: string;
  readonly summary: string;
}

interface Teller {
  readonly folder: string;
  readonly place: Place;
  readonly url: string;
  readonly print: (text: string) => void;
  readonly steps: Step[];
  readonly sent: { sent: number; failed: number };
  readonly receiver: Receiver;
  readonly signal: AbortSignal;
}

const heading = (teller: Teller, text: string): void =>
  teller.print(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}`);

/** Types a command; the promise is its exit code. */
async function type(
  teller: Teller,
  title: string,
  args: readonly string[],
  expected: number,
): Promise<CommandResult> {
  // After Ctrl-C the story ends; only its service is still stopped.
  if (teller.signal.aborted && title !== 'stop') throw new Error('interrupted');
  const result = await aieng(teller.folder, args, teller.print, {
    ...teller.place.variables,
    DEMO_ALERTS_URL: teller.receiver.url,
  });
  const kept = result.exitCode === expected;
  teller.steps.push({
    title,
    command: result.command,
    exitCode: result.exitCode,
    seconds: result.seconds,
    output: result.stdout,
    figures: [],
    promise: `exit code ${expected}`,
    kept,
  });
  if (!kept) teller.print(`\n    ✗ exit code ${result.exitCode}, the story promised ${expected}`);
  return result;
}

/** A stretch of customers over HTTP, and later their labels. */
async function traffic(teller: Teller, title: string, rows: readonly Row[]): Promise<void> {
  const started = performance.now();
  const { ids, failed, firstFailure } = await sendCustomers(teller.url, rows);
  const labels = await sendLabels(teller.url, rows, ids);
  teller.sent.sent += rows.length;
  teller.sent.failed += failed;
  const fiber = rows.filter((row) => row.internet_service === 'Fiber optic').length;
  const said = `${rows.length} customers (${fiber} with fiber optic) asked for one prediction each: ${failed} failed; ${labels} labels arrived by POST /feedback`;
  teller.print(`\n    ${said}${firstFailure === null ? '' : `\n    first failure: ${firstFailure}`}`);
  teller.steps.push({
    title,
    command: null,
    exitCode: null,
    seconds: (performance.now() - started) / 1000,
    output: said,
    figures: [
      ['requests', String(rows.length)],
      ['failed', String(failed)],
      ['labels', String(labels)],
    ],
    promise: 'no failed request',
    kept: failed === 0,
  });
}

async function build(teller: Teller, port: string): Promise<void> {
  heading(teller, 'From a CSV to a running service');
  for (const verb of ['ingest', 'validate', 'featurize', 'train', 'package'])
    if ((await type(teller, verb, [verb, 'churn'], 0)).exitCode !== 0) throw new Error(`${verb} failed`);
  if (
    (await type(teller, 'deploy', ['deploy', 'churn', '--to', teller.place.target, '--port', port], 0))
      .exitCode !== 0
  )
    throw new Error('deploy failed');
}

/** What reached the receiver of alerts since it was asked last, against what the story promises. */
function heard(teller: Teller, title: string, promise: string, isKept: (said: string) => boolean): void {
  const arrived = teller.receiver.take();
  const words = arrived.map(({ kind, reason }) => `${kind} ${reason}`);
  const said = words.length === 0 ? 'no alert' : words.join(', ');
  const kept = isKept(said);
  teller.print(`\n    the receiver of alerts heard: ${said}`);
  for (const { summary } of arrived) teller.print(`      ${summary}`);
  if (!kept) teller.print(`    ✗ the story promised ${promise}`);
  teller.steps.push({
    title,
    command: null,
    exitCode: null,
    seconds: 0,
    output: arrived.map(({ summary }) => summary).join('\n'),
    figures: [['heard', said]],
    promise,
    kept,
  });
}

/** Retrains while customers keep coming. */
async function retrain(
  teller: Teller,
  rows: readonly Row[],
  control: boolean,
): Promise<RetrainResult | null> {
  heading(teller, control ? 'Retraining finds nothing to do' : 'Retraining, while customers keep coming');
  const customers = keepSending(teller.url, rows);
  await type(teller, 'retrain', ['retrain', 'churn'], 0);
  const { requests, failed, firstFailure } = await customers.stop();
  teller.sent.sent += requests;
  teller.sent.failed += failed;
  teller.print(
    `\n    ${requests} requests were answered meanwhile, ${failed} failed${firstFailure === null ? '' : `: ${firstFailure}`}`,
  );
  const result = await lastRetraining(teller.folder);
  const wanted = control ? 'no-trigger' : 'promoted-and-deployed';
  const got = result?.decision ?? 'no decision';
  teller.steps.push({
    title: 'traffic during retrain',
    command: null,
    exitCode: null,
    seconds: 0,
    output: result?.because ?? '',
    figures: [
      ['decision', got],
      ['requests meanwhile', String(requests)],
      ['failed', String(failed)],
    ],
    promise: `decision ${wanted}, no failed request`,
    kept: got === wanted && failed === 0,
  });
  if (got !== wanted) teller.print(`\n    ✗ the decision is "${got}", the story promised "${wanted}"`);
  return result;
}

/** The challenger answers half of the customers before it answers all: the rows of both decide whether it takes over. */
async function canary(teller: Teller, rows: readonly Row[]): Promise<void> {
  heading(teller, 'The challenger as a canary');
  await traffic(teller, 'canary', rows);
  // The version in charge still alarms: that is why there is a challenger.
  await type(teller, 'monitor: the canary takes over', ['monitor', 'churn'], 5);
  const second = (await lastMonitorReport(teller.folder))?.second ?? null;
  const got = second === null ? 'nothing ran beside it' : `${second.role}: ${second.done}`;
  const kept = got === 'canary: promoted';
  teller.steps.push({
    title: 'what became of the canary',
    command: null,
    exitCode: null,
    seconds: 0,
    output: second?.because ?? '',
    figures: [
      ['decision', got],
      ['rows that both answered', String(second?.rows ?? 0)],
      ['of these with a label', String(second?.labelled ?? 0)],
    ],
    promise: 'canary: promoted',
    kept,
  });
  if (!kept) teller.print(`\n    ✗ ${got}, the story promised that the canary is promoted`);
}

/** Back to the version before while customers keep coming: as fast as a switch, and as quiet. */
async function rollBack(teller: Teller, rows: readonly Row[]): Promise<void> {
  heading(teller, 'Back to the version before, while customers keep coming');
  const customers = keepSending(teller.url, rows);
  await type(teller, 'rollback', ['rollback', 'churn'], 0);
  const { requests, failed, firstFailure } = await customers.stop();
  teller.sent.sent += requests;
  teller.sent.failed += failed;
  const said = `${requests} requests were answered meanwhile, ${failed} failed${firstFailure === null ? '' : `: ${firstFailure}`}`;
  teller.print(`\n    ${said}`);
  teller.steps.push({
    title: 'traffic during rollback',
    command: null,
    exitCode: null,
    seconds: 0,
    output: said,
    figures: [
      ['requests meanwhile', String(requests)],
      ['failed', String(failed)],
    ],
    promise: 'no failed request',
    kept: failed === 0 && requests > 0,
  });
}

/**
 * Fiber customers are harder to tell apart than those before: the best model of them is not as good as the first once was,
 * and no worse level becomes the norm by itself. A person says that it is the level from now on.
 */
async function acceptLevel(teller: Teller): Promise<void> {
  await type(teller, 'monitor: not as good as it once was', ['monitor', 'churn'], 5);
  const why = 'Fiber customers are harder to tell apart';
  await type(teller, 'a person accepts the new level', ['monitor', 'churn', '--accept', why], 0);
}

/** Customers of whom half are answered by the canary. */
const canaryRows = 600;

async function live(
  teller: Teller,
  deal: Deal,
  control: boolean,
): Promise<Pick<Story, 'monitor' | 'retraining'>> {
  heading(teller, 'Calm traffic');
  await traffic(teller, 'calm traffic', deal.calm);
  await type(teller, 'monitor: calm', ['monitor', 'churn'], 0);
  const calm = await lastMonitorReport(teller.folder);
  heading(teller, control ? 'More of the same traffic' : 'The fiber-optic line is launched');
  await traffic(teller, 'launch', deal.launch);
  await type(
    teller,
    control ? 'monitor: still calm' : 'monitor: alarm',
    ['monitor', 'churn'],
    control ? 0 : 5,
  );
  const launch = await lastMonitorReport(teller.folder);
  if (control) heard(teller, 'no alert', 'no alert', (said) => said === 'no alert');
  else heard(teller, 'an alert arrives', 'an alert of drift', (said) => said.includes('drift new'));
  const retraining = await retrain(teller, deal.launch, control);
  const first = control ? [] : deal.after.slice(0, canaryRows);
  if (!control) await canary(teller, first);
  heading(teller, control ? 'The last of the traffic' : 'The traffic after the promotion');
  await traffic(teller, 'after', deal.after.slice(first.length));
  if (!control) await acceptLevel(teller);
  await type(teller, 'monitor: calm again', ['monitor', 'churn'], 0);
  const after = await lastMonitorReport(teller.folder);
  if (!control)
    heard(teller, 'the alert is over', 'that the drift is over', (said) => said.includes('drift over'));
  await type(teller, 'status', ['status'], 0);
  if (teller.place.target === 'container' && !control) await rollBack(teller, deal.after);
  return { monitor: { calm, launch, after }, retraining };
}

/** Tells the story of the closed loop on real rows, through the real command line. Nothing is scripted to succeed. */
export async function tellStory(options: {
  readonly seed: number;
  readonly control: boolean;
  readonly place?: Place;
  readonly print: (text: string) => void;
  readonly signal?: AbortSignal;
}): Promise<Story> {
  const { seed, control, print, signal = new AbortController().signal } = options;
  const place = options.place ?? { target: 'local', variables: {} };
  const started = performance.now();
  const deal = dealOut(await readFixture(), seed, control);
  const kind = `${control ? 'control' : 'story'}${place.target === 'container' ? '-container' : ''}`;
  const folder = await createProject(`${kind}-${seed}`, deal.company, place.target);
  const port = String(await freePort());
  const receiver = await openReceiver();
  const teller: Teller = {
    folder,
    receiver,
    place,
    url: `http://127.0.0.1:${port}`,
    print,
    steps: [],
    sent: { sent: 0, failed: 0 },
    signal,
  };
  let told: Pick<Story, 'monitor' | 'retraining'> = {
    monitor: { calm: null, launch: null, after: null },
    retraining: null,
  };
  let broken: string | null = null;
  try {
    await build(teller, port);
    told = await live(teller, deal, control);
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error);
    print(`\n    ✗ the story broke off: ${broken}`);
  } finally {
    closeConnections();
    await type(teller, 'stop', [place.target === 'container' ? 'destroy' : 'stop', 'churn'], 0);
    receiver.close();
  }
  const ok = broken === null && teller.steps.every((step) => step.kept);
  const base = {
    seed,
    control,
    ok,
    seconds: (performance.now() - started) / 1000,
    steps: teller.steps,
    requests: teller.sent,
    ...told,
  };
  const { text, page } = summarise(base, broken);
  const report = path.join(folder, 'story.html');
  await writeFile(report, await storyPage(page));
  return { ...base, report, summary: text };
}
