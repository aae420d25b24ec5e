import type { SinkName } from '../alertWords.ts';
import type { Due } from './book.ts';

/** One message to one receiver: alerts of one pipeline that are told together. */
export interface Message {
  /** The same alerts in the same state have the same id, so that a receiver can tell a message that came twice. */
  readonly id: string;
  readonly pipeline: string;
  /** Which project on which machine: the same pipeline may run in several. */
  readonly from: string;
  /** ms since 1970 UTC. */
  readonly at: number;
  readonly due: readonly Due[];
  /** Of as many more there was no room: they follow. */
  readonly more: number;
  /** What goes on is told again after so long, ms. */
  readonly repeatMs: number;
}

/** Alerts that one message holds at most. */
export const mostInMessage = 40;

const iso = (at: number): string => new Date(at).toISOString();

/** `churn: 2 alerts, 1 over`. */
export function subjectOf({ pipeline, due }: Message): string {
  const over = due.filter(({ reason }) => reason === 'over').length;
  const [first] = due;
  if (due.length === 1 && first !== undefined) {
    const word = over === 1 ? 'over' : first.alert.severity;
    return `${pipeline}: ${word}: ${first.alert.summary}`.slice(0, 200);
  }
  const on = due.length - over;
  const words = [
    ...(on === 0 ? [] : [`${on} ${on === 1 ? 'alert' : 'alerts'}`]),
    ...(over === 0 ? [] : [`${over} over`]),
  ];
  return `${pipeline}: ${words.join(', ')}`;
}

const reasonWords = { new: '', worse: ' (it got worse)', repeat: ' (still)', over: '' } as const;

/** What is said of one alert: a head line and the lines below it. */
export function linesOf({ alert, reason }: Due): {
  readonly head: string;
  readonly lines: readonly string[];
} {
  const { severity, kind, summary, details, startsAt, endsAt } = alert;
  const over = reason === 'over';
  return {
    head: `${over ? 'OVER' : severity.toUpperCase()} ${kind}${reasonWords[reason]}: ${summary}`,
    lines: [
      ...(over ? [] : details),
      over && endsAt !== null ? `from ${iso(startsAt)} to ${iso(endsAt)}` : `since ${iso(startsAt)}`,
    ],
  };
}

/** Below everything: where it comes from, and what there was no room for. */
export const footOf = ({ from, more }: Message): string =>
  more === 0 ? `aieng, ${from}` : `aieng, ${from}; ${more} more follow`;

/** The whole message as plain text. */
export const textOf = (message: Message): string =>
  [
    ...message.due.flatMap((due) => {
      const { head, lines } = linesOf(due);
      return [head, ...lines.map((line) => `  ${line}`), ''];
    }),
    footOf(message),
    '',
  ].join('\n');

/** The message as webhooks and commands get it. */
export const jsonOf = (message: Message): object => ({
  schema: 1,
  id: message.id,
  pipeline: message.pipeline,
  from: message.from,
  at: iso(message.at),
  subject: subjectOf(message),
  more: message.more,
  alerts: message.due.map(({ alert, reason }) => ({
    id: alert.id,
    kind: alert.kind,
    key: alert.key,
    severity: alert.severity,
    state: alert.state,
    reason,
    summary: alert.summary,
    details: alert.details,
    marks: alert.marks,
    startsAt: iso(alert.startsAt),
    endsAt: alert.endsAt === null ? null : iso(alert.endsAt),
  })),
});

/** A receiver did not take a message. Says what happened, never where to or with which secret. */
export class SinkFailure extends Error {
  /** May it work a moment later? */
  readonly passing: boolean;
  /** What the receiver asked for, seconds. */
  readonly retryAfter: number | null;

  constructor(
    message: string,
    how: { readonly passing: boolean; readonly retryAfter?: number | null; readonly cause?: unknown },
  ) {
    super(message, { cause: how.cause });
    this.name = 'SinkFailure';
    this.passing = how.passing;
    this.retryAfter = how.retryAfter ?? null;
  }
}

/** What a sink may use of the world. */
export interface SinkWorld {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** A receiver that is silent for so long has failed, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A way to tell somebody. Adding one: a file in `sinks/`, a line in its index, its settings in the pipeline's schema. */
export interface Sink<Settings> {
  readonly name: SinkName;
  /** @throws SinkFailure where it was not taken. Settings have their secrets filled in. */
  send(message: Message, settings: Settings, world: SinkWorld): Promise<void>;
}
