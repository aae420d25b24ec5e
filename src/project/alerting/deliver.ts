import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert, AlertBook } from '../../alerting/alert.ts';
import { afterFailure, afterTelling, dueFor } from '../../alerting/book.ts';
import type { Due, NamedReceiver } from '../../alerting/book.ts';
import type { Message, Sink, SinkWorld } from '../../alerting/message.ts';
import { mostInMessage, SinkFailure } from '../../alerting/message.ts';
import { filled, scrubbed } from '../../alerting/secrets.ts';
import { sinks } from '../../alerting/sinks/index.ts';
import type { SinkName } from '../../alertWords.ts';
import { canonicalJson, sha256 } from '../../digest.ts';
import { sinkOf } from '../../pipeline/alerts/checks.ts';
import type { AlertSinkSection, SinkSettings } from '../../pipeline/alerts/section.ts';
import { backOffMs, waitMs } from '../../retry.ts';
import type { Context } from '../context.ts';
import type { OpenAlerts } from './openAlerts.ts';

/** Tries of one command; after them the next command tries again, when its time has come. */
const triesNow = 3;
const betweenTries = { firstMs: 250, longestMs: 2_000 };
const betweenCommands = { firstMs: 60_000, longestMs: 3_600_000 };
const timeoutMs = 10_000;
const hourMs = 3_600_000;

/** What became of one receiver. */
export interface Delivery {
  readonly receiver: string;
  /** Taken by it. */
  readonly sent: readonly Alert[];
  /** Why it took nothing more; null: it took all. */
  readonly problem: string | null;
  readonly nextTryAt: number;
}

/** Sends to the sink that a receiver names. */
function sending(section: AlertSinkSection): (message: Message, world: SinkWorld) => Promise<void> {
  const name = sinkOf(section)!;
  const by =
    <Name extends SinkName>(sink: Sink<SinkSettings[Name]>, settings: SinkSettings[Name] | undefined) =>
    (message: Message, world: SinkWorld): Promise<void> =>
      sink.send(message, filled(settings!, world.variables), world);
  switch (name) {
    case 'webhook':
      return by<'webhook'>(sinks.webhook, section.webhook);
    case 'slack':
      return by<'slack'>(sinks.slack, section.slack);
    case 'teams':
      return by<'teams'>(sinks.teams, section.teams);
    case 'alertmanager':
      return by<'alertmanager'>(sinks.alertmanager, section.alertmanager);
    case 'email':
      return by<'email'>(sinks.email, section.email);
    case 'command':
      return by<'command'>(sinks.command, section.command);
  }
}

/** A fault that is none of a sink's own words is said without what it may hold of addresses. */
const asFailure = (error: unknown): SinkFailure =>
  error instanceof SinkFailure
    ? error
    : new SinkFailure(error instanceof Error ? error.message : 'it failed', { passing: false, cause: error });

async function withPatience(call: () => Promise<void>, signal: AbortSignal): Promise<SinkFailure | null> {
  for (let failures = 1; ; failures += 1) {
    try {
      await call();
      return null;
    } catch (error) {
      const failure = asFailure(error);
      if (!failure.passing || failures >= triesNow || signal.aborted) return failure;
      await sleep(waitMs(failures, failure.retryAfter, betweenTries), undefined, { signal }).catch(
        () => null,
      );
    }
  }
}

function messageOf(
  context: Context,
  { pipeline, section }: OpenAlerts,
  due: readonly Due[],
  more: number,
): Message {
  const { environment, root } = context;
  const from = `${basename(root)} on ${environment.host.name}`;
  const said = due.map(({ alert, reason }) => [alert.id, alert.startsAt, alert.state, reason, alert.marks]);
  return {
    id: `aieng_${sha256(canonicalJson([pipeline, from, said])).slice(0, 32)}`,
    pipeline,
    from,
    at: environment.now(),
    due,
    more,
    repeatMs: section.repeat_hours * hourMs,
  };
}

/** Tells one receiver all that it has to know, message by message, until it does not take one. */
export async function tellReceiver(
  context: Context,
  open: OpenAlerts,
  { name, section }: NamedReceiver,
  due: readonly Due[],
  failuresBefore: number,
): Promise<Delivery> {
  const { environment, signal } = context;
  const { variables } = environment;
  const send = sending(section);
  const sent: Alert[] = [];
  for (let at = 0; at < due.length; at += mostInMessage) {
    const part = due.slice(at, at + mostInMessage);
    const message = messageOf(context, open, part, due.length - at - part.length);
    const failure = await withPatience(
      () => send(message, { variables, now: environment.now(), timeoutMs, signal }),
      signal,
    );
    if (failure !== null)
      return {
        receiver: name,
        sent,
        problem: scrubbed(failure.message, section, variables),
        nextTryAt: environment.now() + backOffMs(failuresBefore + 1, betweenCommands),
      };
    sent.push(...part.map(({ alert }) => alert));
  }
  return { receiver: name, sent, problem: null, nextTryAt: environment.now() };
}

/** Tells every receiver whose time has come, side by side. `now`: also those that failed a moment ago. */
export async function tellReceivers(
  context: Context,
  open: OpenAlerts,
  book: AlertBook,
  how: { readonly now: boolean },
): Promise<readonly Delivery[]> {
  const at = context.environment.now();
  const told = open.receivers.map(async (receiver): Promise<Delivery[]> => {
    const { failures = 0, nextTryAt = 0 } = book.receivers[receiver.name] ?? {};
    const due = dueFor(book, open.section, receiver.section, receiver.name, at);
    if (due.length === 0 || (!how.now && failures > 0 && nextTryAt > at)) return [];
    return [await tellReceiver(context, open, receiver, due, failures)];
  });
  return (await Promise.all(told)).flat();
}

/** The book after receivers were told. */
export const afterDeliveries = (book: AlertBook, deliveries: readonly Delivery[], at: number): AlertBook =>
  deliveries.reduce((written, { receiver, sent, problem, nextTryAt }) => {
    const told = sent.length === 0 ? written : afterTelling(written, receiver, sent, at);
    return problem === null ? told : afterFailure(told, receiver, problem, nextTryAt);
  }, book);
