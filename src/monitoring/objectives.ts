import { Type } from '@sinclair/typebox';
import type { MonitorSection } from '../pipeline/pipeline.ts';
import { figure, flag, instant, number, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { formatCount, formatNumber, formatShare } from '../statistics/figures.ts';
import { binomialTail } from '../statistics/special.ts';
import { utcMinute } from '../utc.ts';

/** What a service answered between two looks. */
export const servedPointShape = Type.Object(
  {
    from: instant(),
    to: instant(),
    requests: number(),
    errors: number('Failed by no fault of the caller.'),
    slow: number('Took longer than the objective, by the histogram.'),
  },
  { title: 'ServedPoint' },
);
export type ServedPoint = Shape<typeof servedPointShape>;

/** One objective, and how fast its budget of errors is used up. */
export const objectiveReportShape = Type.Object(
  {
    objective: oneOf(['availability', 'latency']),
    target: number('Share of requests that should be good.'),
    requests: number('In the last 30 days, as far as was looked.'),
    bad: number(),
    budgetLeft: figure('Share of the errors of 30 days that is left; negative: more was used.'),
    burns: Type.Array(
      Type.Object({
        hours: number('Length of the window.'),
        from: instant('Where the first look that reaches into the window began'),
        requests: number(),
        bad: number(),
        rate: figure('How many times faster than the objective allows.'),
        limit: number('From which on it alarms.'),
        fired: flag(),
      }),
    ),
    message: text(),
  },
  { title: 'Objective' },
);
export type ObjectiveReport = Shape<typeof objectiveReportShape>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Budgets are of so long. */
const budgetMs = 30 * dayMs;

/** Age up to which looks are kept apart, and how long a merged one may be: five minutes count for an hour's burn. */
const grains = [
  { ageMs: 7 * hourMs, spanMs: 5 * 60_000 },
  { ageMs: 3 * dayMs, spanMs: hourMs },
  { ageMs: Infinity, spanMs: dayMs },
] as const;

const spanFor = (ageMs: number): number => grains.find((grain) => ageMs <= grain.ageMs)!.spanMs;

const together = (left: ServedPoint, right: ServedPoint): ServedPoint => ({
  from: left.from,
  to: right.to,
  requests: left.requests + right.requests,
  errors: left.errors + right.errors,
  slow: left.slow + right.slow,
});

/** The looks of 30 days, oldest first: the older, the coarser, so that there are some two hundred and no more. */
export function withPoint(history: readonly ServedPoint[], point: ServedPoint): readonly ServedPoint[] {
  const kept: ServedPoint[] = [];
  for (const one of [...history, point]) {
    if (point.to - one.to > budgetMs) continue;
    const last = kept.at(-1);
    if (last !== undefined && one.to - last.from <= spanFor(point.to - last.to))
      kept.splice(-1, 1, together(last, one));
    else kept.push(one);
  }
  return kept;
}

/** Of 30 days' budget, an hour at 14.4 times uses 2 %, six hours at 6 times 5 %. */
const windows = [
  { hours: 1, limit: 14.4 },
  { hours: 6, limit: 6 },
] as const;

/** A rate beyond the limit counts when chance explains it no better than this: one error of five is no burn. */
const chance = 0.01;

interface Budget {
  readonly share: number;
  readonly badOf: (point: ServedPoint) => number;
}

const sum = (points: readonly ServedPoint[], of: (point: ServedPoint) => number): number =>
  points.reduce((total, point) => total + of(point), 0);

function burnOf(
  history: readonly ServedPoint[],
  now: number,
  { share, badOf }: Budget,
  { hours, limit }: (typeof windows)[number],
): ObjectiveReport['burns'][number] {
  const within = history.filter(({ to }) => to > now - hours * hourMs);
  const requests = sum(within, ({ requests: some }) => some);
  const bad = sum(within, badOf);
  const rate = requests === 0 ? 0 : bad / requests / share;
  const newest = within.at(-1);
  // What stopped before the last look needs nobody any more.
  const goesOn =
    newest !== undefined && newest.requests > 0 && badOf(newest) / newest.requests / share >= limit;
  const beyondChance =
    limit * share < 1 && binomialTail(Math.round(bad), Math.round(requests), limit * share) < chance;
  const from = within[0]?.from ?? now;
  return { hours, from, requests, bad, rate, limit, fired: rate >= limit && goesOn && beyondChance };
}

function judged(
  objective: ObjectiveReport['objective'],
  words: string,
  history: readonly ServedPoint[],
  now: number,
  budget: Budget,
): ObjectiveReport {
  const requests = sum(history, ({ requests: some }) => some);
  const bad = sum(history, budget.badOf);
  const burns = windows.map((window) => burnOf(history, now, budget, window));
  const worst = burns.find(({ fired }) => fired);
  return {
    objective,
    target: 1 - budget.share,
    requests,
    bad,
    budgetLeft: requests === 0 ? 1 : 1 - bad / (requests * budget.share),
    burns,
    message:
      worst === undefined
        ? `${formatShare(requests === 0 ? 1 : 1 - bad / requests)} of ${formatCount(requests, 'request')} ${words}.`
        : `The objective of ${objective} is missed ${formatNumber(worst.rate)} times faster than its budget lasts: since ${utcMinute(worst.from)} ${formatCount(worst.bad, 'request')} of ${formatCount(worst.requests, 'request')} did not come up to it.`,
  };
}

/** Each objective of the pipeline against what the service answered, by how fast its budget of errors is used up. */
export function judgeObjectives(
  history: readonly ServedPoint[],
  now: number,
  slo: MonitorSection['slo'],
): readonly ObjectiveReport[] {
  const { availability, latency_ms: latencyMs, latency_share: latencyShare } = slo;
  return [
    ...(availability === null
      ? []
      : [
          judged('availability', 'were answered', history, now, {
            share: 1 - availability,
            badOf: ({ errors }) => errors,
          }),
        ]),
    ...(latencyMs === null
      ? []
      : [
          judged('latency', `took no longer than ${formatNumber(latencyMs)} ms`, history, now, {
            share: 1 - latencyShare,
            badOf: ({ slow }) => slow,
          }),
        ]),
  ];
}
