import { Type } from '@sinclair/typebox';
import { alertKinds, severities } from '../alertWords.ts';
import type { AlertKind, Severity } from '../alertWords.ts';
import { count, instant, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** What a command found that somebody has to know. */
export interface Finding {
  readonly kind: AlertKind;
  /** Tells two of a kind apart: a column, a command. */
  readonly key: string;
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  /** More lines: figures, what to do. */
  readonly details: readonly string[];
  /** What it is about, where that can grow: drifted columns. A new one is told, though the alert is known. */
  readonly marks: readonly string[];
}

/** What a command could judge: of a kind that was judged and not found, alerts are over. */
export interface Judged {
  readonly kind: AlertKind;
  /** Left out: all of the kind. */
  readonly key?: string;
}

/** What a receiver was told of an alert last. */
export const toldShape = Type.Object(
  {
    startsAt: instant('Of the episode that was told'),
    state: oneOf(['firing', 'resolved']),
    severity: oneOf(severities),
    marks: Type.Array(text()),
    at: instant('When'),
  },
  { title: 'Told' },
);

/** Something that somebody has to know, from when it was first seen until it is over and told. */
export const alertShape = Type.Object(
  {
    id: text('Of the pipeline, the kind and what it is about: the same trouble has the same id.'),
    kind: oneOf(alertKinds),
    key: text('Tells two of a kind apart.'),
    severity: oneOf(severities),
    summary: text(),
    details: Type.Array(text()),
    marks: Type.Array(text(), { description: 'What it is about, where that can grow.' }),
    state: oneOf(['firing', 'resolved']),
    startsAt: instant('First seen'),
    endsAt: orNull(instant('Seen to be over')),
    seenAt: instant('Last judged'),
    told: Type.Record(Type.String(), toldShape, { description: 'By receiver: what it was told last.' }),
  },
  { title: 'Alert' },
);
export type Alert = Shape<typeof alertShape>;

/** How it goes with a receiver. */
export const receiverShape = Type.Object(
  {
    failures: count('Tries in a row that failed.'),
    nextTryAt: instant('Not tried again before'),
    problem: orNull(text(), 'Why the last try failed; null: it did not.'),
    sentAt: orNull(instant('When it took something last')),
  },
  { title: 'Receiver' },
);
export type ReceiverState = Shape<typeof receiverShape>;

/** All that is known of the alerts of one pipeline: what goes on, and what is still to be told. */
export const alertBookShape = Type.Object({
  alerts: Type.Array(alertShape),
  receivers: Type.Record(Type.String(), receiverShape),
  expired: count('Alerts that were given up before every receiver knew of them.'),
});
export type AlertBook = Shape<typeof alertBookShape>;

export const emptyBook: AlertBook = { alerts: [], receivers: {}, expired: 0 };
