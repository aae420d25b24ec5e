import { atLeast } from '../alertWords.ts';
import { canonicalJson, sha256 } from '../digest.ts';
import type { AlertSinkSection, AlertsSection } from '../pipeline/alerts/section.ts';
import type { Alert, AlertBook, Finding, Judged } from './alert.ts';

/** Alerts that a book holds at most; more of one pipeline tell nobody anything. */
export const mostAlerts = 300;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What a command hands on. */
export interface News {
  readonly findings: readonly Finding[];
  readonly judged: readonly Judged[];
}

/** The same trouble of the same pipeline has the same id, whoever sees it and when. */
export const alertId = (pipeline: string, { kind, key }: Pick<Finding, 'kind' | 'key'>): string =>
  sha256(canonicalJson([pipeline, kind, key])).slice(0, 16);

const longest = 1000;
const mostDetails = 12;

/** One line without control characters or marks that turn text around: what comes from data stays text. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, longest);

function opened(pipeline: string, finding: Finding, before: Alert | undefined, now: number): Alert {
  const goesOn = before?.state === 'firing';
  return {
    id: alertId(pipeline, finding),
    kind: finding.kind,
    key: finding.key,
    severity: finding.severity,
    summary: plain(finding.summary),
    details: finding.details.slice(0, mostDetails).map(plain),
    marks: finding.marks.slice(0, mostAlerts).map(plain),
    state: 'firing',
    startsAt: goesOn ? before.startsAt : now,
    endsAt: null,
    seenAt: now,
    told: before?.told ?? {},
  };
}

/** Findings of one kind and key are one: the most urgent speaks, the others are details. */
function merged(findings: readonly Finding[]): readonly Finding[] {
  const byName = new Map<string, Finding>();
  for (const finding of findings) {
    const name = `${finding.kind} ${finding.key}`;
    const known = byName.get(name);
    const [first, second] =
      known !== undefined && atLeast(known.severity, finding.severity) ? [known, finding] : [finding, known];
    byName.set(
      name,
      second === undefined
        ? first
        : {
            ...first,
            details: [...first.details, second.summary, ...second.details],
            marks: [...new Set([...first.marks, ...second.marks])],
          },
    );
  }
  return [...byName.values()];
}

const covers = (judged: readonly Judged[], { kind, key }: Alert): boolean =>
  judged.some((one) => one.kind === kind && (one.key === undefined || one.key === key));

/**
 * The book after a command: what it found goes on or begins, what it judged and did not find is over, the rest stays.
 * Pure: an episode begins where none was firing.
 */
export function afterNews(book: AlertBook, news: News, pipeline: string, now: number): AlertBook {
  const before = new Map(book.alerts.map((alert) => [alert.id, alert]));
  const found = merged(news.findings).map((finding) =>
    opened(pipeline, finding, before.get(alertId(pipeline, finding)), now),
  );
  const foundIds = new Set(found.map(({ id }) => id));
  const others = book.alerts
    .filter(({ id }) => !foundIds.has(id))
    .map((alert): Alert =>
      alert.state === 'firing' && covers(news.judged, alert)
        ? { ...alert, state: 'resolved', endsAt: now, seenAt: now }
        : alert,
    );
  return { ...book, alerts: [...others, ...found] };
}

/** Is this receiver one for this alert at all? */
export const wants = (
  { kinds, min_severity: least }: Pick<AlertSinkSection, 'kinds' | 'min_severity'>,
  alert: Pick<Alert, 'kind' | 'severity'>,
): boolean => (kinds.length === 0 || kinds.includes(alert.kind)) && atLeast(alert.severity, least);

/** Why a receiver is told of an alert now. */
export type Reason = 'new' | 'worse' | 'repeat' | 'over';

/**
 * What a receiver has still to be told of an alert, or null where it knows all. One that never heard of a trouble that is
 * over by now hears of both at once.
 */
export function reasonFor(
  receiver: AlertSinkSection,
  name: string,
  alert: Alert,
  policy: { readonly repeatMs: number; readonly now: number },
): Reason | null {
  if (!wants(receiver, alert)) return null;
  const told = alert.told[name];
  if (alert.state === 'resolved') {
    if (!receiver.resolved && told !== undefined) return null;
    return told?.state === 'resolved' && told.startsAt === alert.startsAt ? null : 'over';
  }
  if (told?.startsAt !== alert.startsAt || told.state !== 'firing') return 'new';
  const grew = alert.marks.some((mark) => !told.marks.includes(mark));
  if (grew || !atLeast(told.severity, alert.severity)) return 'worse';
  return policy.now - told.at >= policy.repeatMs ? 'repeat' : null;
}

/** An alert and why it is told. */
export interface Due {
  readonly alert: Alert;
  readonly reason: Reason;
}

/** All that a receiver has to be told, most urgent first. */
export function dueFor(
  book: AlertBook,
  section: Pick<AlertsSection, 'repeat_hours'>,
  receiver: AlertSinkSection,
  name: string,
  now: number,
): readonly Due[] {
  const policy = { repeatMs: section.repeat_hours * hourMs, now };
  return book.alerts
    .flatMap((alert) => {
      const reason = reasonFor(receiver, name, alert, policy);
      return reason === null ? [] : [{ alert, reason }];
    })
    .sort(
      (left, right) =>
        Number(left.reason === 'over') - Number(right.reason === 'over') ||
        Number(atLeast(right.alert.severity, left.alert.severity)) -
          Number(atLeast(left.alert.severity, right.alert.severity)) ||
        left.alert.startsAt - right.alert.startsAt,
    );
}

/** The book after a receiver took alerts: as they were when they were sent, whatever became of them since. */
export function afterTelling(book: AlertBook, name: string, sent: readonly Alert[], at: number): AlertBook {
  const byId = new Map(sent.map((alert) => [alert.id, alert]));
  return {
    ...book,
    alerts: book.alerts.map((alert) => {
      const told = byId.get(alert.id);
      if (told === undefined) return alert;
      const { startsAt, state, severity, marks } = told;
      return { ...alert, told: { ...alert.told, [name]: { startsAt, state, severity, marks, at } } };
    }),
    receivers: { ...book.receivers, [name]: { failures: 0, nextTryAt: at, problem: null, sentAt: at } },
  };
}

/** The book after a receiver did not take something. */
export function afterFailure(book: AlertBook, name: string, problem: string, nextTryAt: number): AlertBook {
  const { failures = 0, sentAt = null } = book.receivers[name] ?? {};
  return {
    ...book,
    receivers: {
      ...book.receivers,
      [name]: { failures: failures + 1, nextTryAt, problem: plain(problem), sentAt },
    },
  };
}

/** A receiver of the pipeline with its name. */
export interface NamedReceiver {
  readonly name: string;
  readonly section: AlertSinkSection;
}

/**
 * Takes out what is over and known to all, and gives up what is too old or too much, counted. A trouble that nobody judged
 * for so long is given up too: its schedule is gone, or its pipeline.
 */
export function tidied(
  book: AlertBook,
  section: Pick<AlertsSection, 'repeat_hours' | 'expire_days'>,
  receivers: readonly NamedReceiver[],
  now: number,
): AlertBook {
  const policy = { repeatMs: section.repeat_hours * hourMs, now };
  const isKnown = (alert: Alert): boolean =>
    receivers.every(({ name, section: receiver }) => reasonFor(receiver, name, alert, policy) === null);
  const living = book.alerts.filter((alert) => alert.state === 'firing' || !isKnown(alert));
  const young = living.filter(({ seenAt }) => now - seenAt < section.expire_days * dayMs);
  const byUse = [...young].sort(
    (left, right) =>
      Number(right.state === 'firing') - Number(left.state === 'firing') || right.seenAt - left.seenAt,
  );
  const kept = new Set(byUse.slice(0, mostAlerts).map(({ id }) => id));
  return {
    ...book,
    alerts: young.filter(({ id }) => kept.has(id)),
    receivers: Object.fromEntries(
      Object.entries(book.receivers).filter(([name]) => receivers.some((one) => one.name === name)),
    ),
    expired: book.expired + living.length - kept.size,
  };
}
