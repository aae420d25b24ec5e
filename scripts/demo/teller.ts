import { grouped } from '../../src/statistics/figures.ts';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { storyPage } from '../../src/reporting/index.ts';
import type { StoryPage } from '../../src/reporting/index.ts';
import type { Row } from './deal.ts';
import { lastMonitorReport, lastRetraining } from './facts.ts';
import type { Place } from './project.ts';
import type { Receiver } from './receiver.ts';
import { openReceiver } from './receiver.ts';
import type { CommandResult } from './shell.ts';
import { aieng } from './shell.ts';
import { closeConnections, keepSending, sendCustomers, sendLabels } from './traffic.ts';

/** One step of a story: what was typed, what came of it, and whether it is what the story promises. */
interface Step {
  /** The part of the story that it belongs to: the heading before it. */
  readonly chapter: string;
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

/** Who tells a story: where, and what came of it so far. */
export interface Teller {
  readonly folder: string;
  readonly place: Place;
  readonly url: string;
  readonly print: (text: string) => void;
  readonly steps: Step[];
  /** Headings so far. */
  readonly chapters: string[];
  readonly sent: { sent: number; failed: number };
  readonly receiver: Receiver;
  readonly signal: AbortSignal;
}

/** What became of a story, whatever it was about. */
export interface Told {
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly Step[];
  readonly requests: { readonly sent: number; readonly failed: number };
  /** Why it broke off; null: it was told to its end. */
  readonly broken: string | null;
}

export function heading(teller: Teller, text: string): void {
  teller.chapters.push(text);
  teller.print(`\n── ${text} ${'─'.repeat(Math.max(0, 96 - text.length))}`);
}

const chapterOf = ({ chapters }: Teller): string => chapters.at(-1) ?? '';

/** What an exit code says, of a command that may end with it. */
function promiseOf(verb: string | undefined, exitCode: number): string {
  if (exitCode === 5) return 'an alarm';
  if (exitCode !== 0) return `exit code ${exitCode}`;
  return verb === 'monitor' ? 'no alarm' : 'it works';
}

/** Writes down what was seen, without a command of its own. */
export function note(
  teller: Teller,
  seen: Pick<Step, 'title' | 'output' | 'figures' | 'promise' | 'kept'> & { readonly seconds?: number },
): void {
  teller.steps.push({ chapter: chapterOf(teller), command: null, exitCode: null, seconds: 0, ...seen });
}

/** Types a command; the promise is its exit code. */
export async function type(
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
    chapter: title === 'stop' ? 'The end' : chapterOf(teller),
    title,
    command: result.command,
    exitCode: result.exitCode,
    seconds: result.seconds,
    output: result.stdout,
    figures: [],
    promise: promiseOf(args[0], expected),
    kept,
  });
  if (!kept) teller.print(`\n    ✗ exit code ${result.exitCode}, the story promised ${expected}`);
  return result;
}

/** Types a command without which there is no story. */
export async function must(teller: Teller, title: string, args: readonly string[]): Promise<void> {
  if ((await type(teller, title, args, 0)).exitCode !== 0) throw new Error(`${title} failed`);
}

/** A stretch of customers over HTTP, and later their labels. */
export async function traffic(teller: Teller, title: string, rows: readonly Row[]): Promise<void> {
  const started = performance.now();
  const { ids, failed, firstFailure } = await sendCustomers(teller.url, rows);
  const labels = await sendLabels(teller.url, rows, ids);
  teller.sent.sent += rows.length;
  teller.sent.failed += failed;
  const fiber = rows.filter((row) => row.internet_service === 'Fiber optic').length;
  const said = `${grouped(rows.length)} customers (${grouped(fiber)} with fiber optic) asked for one prediction each: ${failed} failed; ${grouped(labels)} labels arrived by POST /feedback`;
  teller.print(`\n    ${said}${firstFailure === null ? '' : `\n    first failure: ${firstFailure}`}`);
  note(teller, {
    title,
    seconds: (performance.now() - started) / 1000,
    output: said,
    figures: [
      ['requests', grouped(rows.length)],
      ['failed', String(failed)],
      ['labels', grouped(labels)],
    ],
    promise: 'no failed request',
    kept: failed === 0,
  });
}

/** What reached the receiver of alerts since it was asked last, against what the story promises. */
export function heard(
  teller: Teller,
  title: string,
  promise: string,
  isKept: (said: string) => boolean,
): void {
  const arrived = teller.receiver.take();
  const words = arrived.map(({ kind, reason }) => `${kind} ${reason}`);
  const told = [...new Set(words)].map((word) => {
    const times = words.filter((each) => each === word).length;
    return times === 1 ? word : `${word} (${times} times)`;
  });
  const said = told.length === 0 ? 'no alert' : told.join(', ');
  const kept = isKept(said);
  teller.print(`\n    the receiver of alerts heard: ${said}`);
  for (const { summary } of arrived) teller.print(`      ${summary}`);
  if (!kept) teller.print(`    ✗ the story promised ${promise}`);
  const output = arrived.map(({ summary }) => summary).join('\n');
  note(teller, { title, output, figures: [['heard', said]], promise, kept });
}

/** What came of the customers who kept coming while something was done. */
interface Meanwhile {
  readonly requests: number;
  readonly failed: number;
  readonly said: string;
}

/** Does something while customers keep coming. */
export async function whileCustomersCome(
  teller: Teller,
  rows: readonly Row[],
  work: () => Promise<unknown>,
): Promise<Meanwhile> {
  const customers = keepSending(teller.url, rows);
  await work();
  const { requests, failed, firstFailure } = await customers.stop();
  teller.sent.sent += requests;
  teller.sent.failed += failed;
  const said = `${requests} requests were answered meanwhile, ${failed} failed${firstFailure === null ? '' : `: ${firstFailure}`}`;
  teller.print(`\n    ${said}`);
  return { requests, failed, said };
}

/** Retrains while customers keep coming; `wanted` is the decision that the story promises. */
export async function retrain(
  teller: Teller,
  rows: readonly Row[],
  wanted: string,
): Promise<RetrainResult | null> {
  const { requests, failed } = await whileCustomersCome(teller, rows, () =>
    type(teller, 'retrain', ['retrain', 'churn'], 0),
  );
  const result = await lastRetraining(teller.folder);
  const got = result?.decision ?? 'no decision';
  note(teller, {
    title: 'traffic during retrain',
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
export async function canary(teller: Teller, rows: readonly Row[]): Promise<void> {
  heading(teller, 'The challenger as a canary');
  await traffic(teller, 'canary', rows);
  // The version in charge still alarms: that is why there is a challenger.
  await type(teller, 'monitor: the canary takes over', ['monitor', 'churn'], 5);
  const second = (await lastMonitorReport(teller.folder))?.second ?? null;
  const got = second === null ? 'nothing ran beside it' : `${second.role}: ${second.done}`;
  const kept = got === 'canary: promoted';
  note(teller, {
    title: 'what became of the canary',
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

/**
 * Fiber customers are harder to tell apart than those before: the best model of them is not as good as the first once was,
 * and no worse level becomes the norm by itself. A person says that it is the level from now on.
 */
export async function acceptLevel(teller: Teller): Promise<void> {
  await type(teller, 'monitor: not as good as it once was', ['monitor', 'churn'], 5);
  const why = 'Fiber customers are harder to tell apart';
  await type(teller, 'a person accepts the new level', ['monitor', 'churn', '--accept', why], 0);
}

/** Looks at the model, and keeps what was found. */
export async function look(teller: Teller, title: string, expected: number): Promise<MonitorReport | null> {
  await type(teller, title, ['monitor', 'churn'], expected);
  return lastMonitorReport(teller.folder);
}

/** Tells a story in a project to its end, or to where it breaks off, and stops its service. */
export async function tell(
  {
    folder,
    place,
    port,
    print,
    signal,
  }: Pick<Teller, 'folder' | 'place' | 'print' | 'signal'> & {
    readonly port: string;
  },
  story: (teller: Teller) => Promise<void>,
): Promise<Told> {
  const started = performance.now();
  const receiver = await openReceiver();
  const url = `http://127.0.0.1:${port}`;
  const teller: Teller = {
    ...{ folder, receiver, place, url, print, signal },
    steps: [],
    chapters: [],
    sent: { sent: 0, failed: 0 },
  };
  let broken: string | null = null;
  try {
    await story(teller);
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error);
    print(`\n    ✗ the story broke off: ${broken}`);
  } finally {
    closeConnections();
    await type(teller, 'stop', [place.target === 'container' ? 'destroy' : 'stop', 'churn'], 0);
    receiver.close();
  }
  return {
    ok: broken === null && teller.steps.every((step) => step.kept),
    seconds: (performance.now() - started) / 1000,
    steps: teller.steps,
    requests: teller.sent,
    broken,
  };
}

/** Writes the page of a story beside its project, and says where. */
export async function writePage(folder: string, page: StoryPage): Promise<string> {
  const report = path.join(folder, 'story.html');
  await writeFile(report, storyPage(page));
  return report;
}
