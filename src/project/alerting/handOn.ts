import { isDeepStrictEqual } from 'node:util';
import type { AlertBook } from '../../alerting/alert.ts';
import type { News } from '../../alerting/book.ts';
import { afterNews, dueFor, tidied } from '../../alerting/book.ts';
import { AiengError } from '../../errors.ts';
import { holding } from '../../store/holding.ts';
import { readAlertBook, writeAlertBook } from '../../tracking/alerts/books.ts';
import type { Context } from '../context.ts';
import type { Delivery } from './deliver.ts';
import { afterDeliveries, tellReceivers } from './deliver.ts';
import type { OpenAlerts } from './openAlerts.ts';

/** Writing down takes milliseconds; sending, as long as the slowest receiver. */
const bookWaitMs = 10_000;
const sendingWaitMs = 30_000;

const saidOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What is held under a lock of the pipeline's alerts. */
const locked = <Value>(
  context: Context,
  name: string,
  waitMs: number,
  work: () => Promise<Value>,
): Promise<Value> => {
  const { store, command, signal } = context;
  // What was found before an interruption is written down all the same.
  return holding(store, name, { waitMs, command, ...(signal.aborted ? {} : { signal }) }, work);
};

/** Changes the book of a pipeline. Written only where something changed but the time of the look. */
export async function changeBook(
  context: Context,
  { pipeline, section, receivers }: OpenAlerts,
  change: (book: AlertBook, now: number) => AlertBook,
): Promise<{ readonly book: AlertBook; readonly warnings: readonly string[] }> {
  return locked(context, `alerts-${pipeline}`, bookWaitMs, async () => {
    const now = context.environment.now();
    const { book: before, damaged } = await readAlertBook(context, pipeline);
    const book = tidied(change(before, now), section, receivers, now);
    if (!isDeepStrictEqual(book, before)) await writeAlertBook(context, pipeline, book);
    return { book, warnings: damaged.map(({ message }) => message) };
  });
}

/** Sends what waits, one command at a time, and writes down who took what. */
export async function sendDue(
  context: Context,
  open: OpenAlerts,
  how: { readonly now: boolean },
): Promise<readonly Delivery[]> {
  return locked(context, `alerts-sending-${open.pipeline}`, sendingWaitMs, async () => {
    const { book } = await readAlertBook(context, open.pipeline);
    const deliveries = await tellReceivers(context, open, book, how);
    if (deliveries.length > 0)
      await changeBook(context, open, (current, now) => afterDeliveries(current, deliveries, now));
    return deliveries;
  });
}

const problemsOf = (deliveries: readonly Delivery[]): readonly string[] =>
  deliveries.flatMap(({ receiver, problem }) =>
    problem === null
      ? []
      : [`Alerts for ${receiver} wait: ${problem}. The next command sends them, or \`aieng alerts send\`.`],
  );

/** Where nothing can be written down, a full disk for one, it is told all the same, though it will be told again. */
async function tellUnwritten(
  context: Context,
  open: OpenAlerts,
  news: News,
  why: unknown,
): Promise<string[]> {
  const now = context.environment.now();
  const empty: AlertBook = { alerts: [], receivers: {}, expired: 0 };
  const book = afterNews(empty, news, open.pipeline, now);
  const deliveries = await tellReceivers(context, open, book, { now: true });
  const hint = why instanceof AiengError ? ` ${why.hint}` : '';
  return [`Alerts could not be written down: ${saidOf(why)}${hint}`, ...problemsOf(deliveries)];
}

/** Does a receiver wait for something of this book? */
const isDue = ({ section, receivers }: OpenAlerts, book: AlertBook, now: number): boolean =>
  receivers.some(({ name, section: receiver }) => dueFor(book, section, receiver, name, now).length > 0);

/**
 * Hands on what a command came to: written down first, then sent, with what waited from before. Never fails: what could not
 * be told is a warning, and waits in the store.
 *
 * @returns warnings
 */
export async function handOn(
  context: Context,
  open: OpenAlerts,
  news: News,
  how: { readonly attended: boolean },
): Promise<readonly string[]> {
  // A person who sits there sees it; that something is over, all hear.
  const told: News = how.attended ? { ...news, findings: [] } : news;
  try {
    const { book, warnings } = await changeBook(context, open, (before, now) =>
      afterNews(before, withGoingOn(told, news, before), open.pipeline, now),
    );
    if (!isDue(open, book, context.environment.now())) return warnings;
    return [...warnings, ...problemsOf(await sendDue(context, open, { now: false }))];
  } catch (error) {
    if (told.findings.length === 0) return [`Alerts could not be looked at: ${saidOf(error)}`];
    return tellUnwritten(context, open, told, error).catch((worse: unknown) => [
      `Alerts could not be told: ${saidOf(worse)}`,
    ]);
  }
}

/** What a person sees is not raised; but what was raised before and goes on is not over because a person looked. */
function withGoingOn(told: News, seen: News, book: AlertBook): News {
  const goesOn = seen.findings.filter(({ kind, key }) =>
    book.alerts.some((alert) => alert.state === 'firing' && alert.kind === kind && alert.key === key),
  );
  return told.findings.length > 0 ? told : { ...told, findings: goesOn };
}
