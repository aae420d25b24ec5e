import { Type } from '@sinclair/typebox';
import { count, digest, figure, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { MonitorReport } from '../report.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';

/** A look of monitoring as the history keeps it: what trends are drawn of, in a hundredth of a report. */
export const lookShape = Type.Object(
  {
    at: instant(),
    version: orNull(count()),
    bundle: digest(),
    of: oneOf(['log', 'file'], 'What was looked at: the prediction log, or a file that was named.'),
    rows: count('Predictions that were judged.'),
    decision: oneOf(['calm', 'alarm', 'accepted', 'not enough data']),
    changed: orNull(text('What is otherwise than at the look that was kept before; null: nothing.')),
    drift: Type.Array(
      Type.Object({
        column: text(),
        of: oneOf(['input', 'prediction']),
        effect: figure(),
        state: oneOf(['stable', 'drifted', 'not enough data']),
      }),
    ),
    performance: Type.Object({
      metric: text(),
      state: oneOf(['ok', 'worse', 'not enough labels']),
      labelled: count(),
      reference: orNull(figure()),
      current: orNull(figure()),
      low: orNull(figure()),
      high: orNull(figure()),
    }),
    health: Type.Object({
      state: oneOf(['ok', 'unhealthy', 'not running', 'not asked']),
      requests: count(),
      errorRate: figure(),
      p99Ms: orNull(figure()),
    }),
    alarms: Type.Array(text('Kind of an alarm.')),
  },
  { title: 'Look' },
);
export type Look = Shape<typeof lookShape>;

const hour = 3_600_000;
const day = 24 * hour;

/** So many looks of a day are kept whatever they say: somebody who looks by hand finds each of them again. */
export const looksKeptADay = 24;
/** More than this of a day are not kept, however often the state changes. */
export const mostLooksADay = 96;

const driftedOf = ({ drift }: Look): readonly string[] =>
  drift.filter(({ state }) => state === 'drifted').map(({ column }) => column);

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

const stateWords: Readonly<Record<Look['performance']['state'], string>> = {
  ok: 'is as good as it was',
  worse: 'got worse',
  'not enough labels': 'has not enough labels',
};

/** What is otherwise than it was before, in words; null where the state is the same. */
function whatChanged(before: Look | undefined, now: Look): string | null {
  if (before === undefined) return 'the first look';
  const [were, are] = [driftedOf(before), driftedOf(now)];
  const [came, went] = [
    are.filter((name) => !were.includes(name)),
    were.filter((name) => !are.includes(name)),
  ];
  const said = [
    ...(before.bundle === now.bundle
      ? []
      : [`version ${now.version ?? '?'} instead of ${before.version ?? '?'}`]),
    ...(before.of === now.of ? [] : [`a look at ${now.of === 'file' ? 'a file' : 'the log'}`]),
    ...(before.decision === now.decision ? [] : [`${before.decision} → ${now.decision}`]),
    ...(came.length === 0 ? [] : [`drifted: ${listed(came)}`]),
    ...(went.length === 0 ? [] : [`no longer drifted: ${listed(went)}`]),
    ...(before.performance.state === now.performance.state
      ? []
      : [`${metricName(now.performance.metric)} ${stateWords[now.performance.state]}`]),
    ...(before.health.state === now.health.state ? [] : [`the service is ${now.health.state}`]),
  ];
  return said.length === 0 ? null : said.join('; ');
}

/** A report as the history keeps it. */
export function lookOf(report: MonitorReport, of: Look['of'], before: Look | undefined): Look {
  const { at, version, bundle, window, decision, drift, performance, health, alarms } = report;
  const { metric, state, labelled, reference, current, low, high } = performance;
  const look: Look = {
    at,
    version,
    bundle,
    of,
    rows: window.rows,
    decision,
    changed: null,
    drift: drift.map((each) => ({
      column: each.column,
      of: each.of,
      effect: each.effect,
      state: each.state,
    })),
    performance: { metric, state, labelled, reference, current, low, high },
    health: {
      state: health.state,
      requests: health.requests,
      errorRate: health.errorRate,
      p99Ms: health.p99Ms,
    },
    alarms: [...new Set(alarms.map(({ kind }) => kind))],
  };
  return { ...look, changed: whatChanged(before, look) };
}

/**
 * Whether a look is kept with a page of its own: where the state changed, where an hour passed since the one before, and
 * where fewer than 24 of a day are kept. So a look a minute keeps some thirty pages a day and not 1,440; the page of
 * the newest look is always there.
 *
 * @param kept Newest first.
 */
export function isKept(look: Look, kept: readonly Pick<Look, 'at'>[]): boolean {
  const recent = kept.filter(({ at }) => look.at - at < day);
  const [newest] = recent;
  if (newest === undefined) return true;
  if (recent.length >= mostLooksADay) return false;
  return look.changed !== null || recent.length < looksKeptADay || look.at - newest.at >= hour;
}

/** Pages of the last two days all stay; then that of each change and the last of each day, for 30 days. */
const allPagesMs = 2 * day;
const pagesMs = 30 * day;

/**
 * The looks whose pages stay.
 *
 * @param looks Newest first.
 */
export function withPages(looks: readonly Look[], now: number): readonly Look[] {
  const days = new Set<number>();
  return looks.filter(({ at, changed }) => {
    const dayOf = Math.floor(at / day);
    const isLast = !days.has(dayOf);
    days.add(dayOf);
    const age = now - at;
    return age <= allPagesMs || (age <= pagesMs && (isLast || changed !== null));
  });
}
