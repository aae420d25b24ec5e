import { Type } from '@sinclair/typebox';
import { formatCount, formatNumber, formatPercent } from '../statistics/figures.ts';
import { metricName } from '../statistics/metrics/metricName.ts';
import { count, digest, figure, instant, number, oneOf, orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { MonitorSection, DeploySection } from '../pipeline/pipeline.ts';

/** Both versions on the same labelled rows. */
const comparedShape = Type.Object({
  metric: text(),
  rows: count(
    'Labelled rows that both answered, the first to get their label: `min_labels`, or twice, four times … as many.',
  ),
  first: figure('Of the version in charge.'),
  second: figure(),
  value: figure('How much better the second is, in units of the metric.'),
  low: figure('Lower bound of the 95 % interval.'),
  high: figure(),
  pWorse: figure('How often chance alone would make the second so much worse.'),
});

/** How what runs beside the version in charge does, by the rows that both answered. */
export const secondReportShape = Type.Object(
  {
    role: oneOf(['canary', 'shadow']),
    version: orNull(count()),
    bundle: digest(),
    share: number('Of the requests, 0 … 1.'),
    since: instant(),
    rows: count('Rows that both versions answered since then, of at most `monitor.window_hours`.'),
    faults: count('Rows that the second refused or broke at while the version in charge answered.'),
    p95Ms: orNull(
      Type.Object({ first: figure(), second: figure() }),
      'The model’s time for a row: its 95th percentile.',
    ),
    labelled: count('Of these, with a label.'),
    compared: orNull(comparedShape, 'Null: too few labels.'),
    state: oneOf(['good', 'bad', 'open']),
    because: text(),
    done: oneOf(['promoted', 'taken back', 'nothing']),
  },
  { title: 'SecondReport' },
);
export type SecondReport = Shape<typeof secondReportShape>;

/** What is known of it before it is judged. */
export type SecondEvidence = Omit<SecondReport, 'state' | 'because' | 'done'> & {
  /** Why the labels say nothing of the other rows; null where they do. */
  readonly selection: string | null;
};

/** Fewer rows than this say nothing of how long an answer takes. */
const fewestTimed = 100;
const mostTimesSlower = 2;
/** Slower by less than this matters to nobody. */
const mattersMs = 5;
/** Fewer faults than this may be those of one odd row that comes again. */
const fewestFaults = 5;
/** Harm is looked for at most so often: labels double from one comparison to the next. */
const mostComparisons = 8;
/** Chance alone takes back an equal one at most so often, over all comparisons. */
const beyondChance = 0.025;

/** The labelled rows that are compared: as many as were asked for, or twice, four times … as many. */
export const rowsToCompare = (labelled: number, fewest: number): number =>
  labelled < fewest ? 0 : fewest * 2 ** Math.floor(Math.log2(labelled / fewest));

type Policy = DeploySection['canary'];
type Bounds = Pick<MonitorSection, 'health' | 'performance'>;

/** What speaks against it at once, or null. */
function harmOf({ rows, faults, p95Ms, compared }: SecondEvidence, { health }: Bounds): string | null {
  if (faults >= fewestFaults && faults > health.max_error_rate * (rows + faults))
    return `it could not answer ${faults} of ${formatCount(rows + faults, 'row')} that the version in charge answered`;
  if (rows >= fewestTimed && p95Ms !== null) {
    const { first, second } = p95Ms;
    if (second > mostTimesSlower * first && second > first + mattersMs)
      return `it takes ${formatNumber(second)} ms for a row (95th percentile), the version in charge ${formatNumber(first)} ms`;
  }
  if (compared === null || compared.high >= 0 || compared.pWorse > beyondChance / mostComparisons)
    return null;
  return `it is worse beyond noise: ${figuresOf(compared)}`;
}

const figuresOf = ({
  metric,
  rows,
  first,
  second,
  value,
  low,
  high,
}: NonNullable<SecondReport['compared']>): string =>
  `${metricName(metric)} ${formatNumber(first)} → ${formatNumber(second)} on the same ${formatCount(rows, 'labelled row')}, improvement ${formatNumber(value)} (95 % interval ${formatNumber(low)} to ${formatNumber(high)})`;

/** What is still missing before it may take over, or null. */
function missingOf(
  { rows, labelled, compared, selection }: SecondEvidence,
  { min_rows, min_labels }: Policy,
  { performance }: Bounds,
): string | null {
  if (rows < min_rows)
    return `${rows} of ${formatCount(min_rows, 'row')} were answered by both (deploy.canary.min_rows)`;
  if (compared === null)
    return `${labelled} of ${formatCount(min_labels, 'label')} came for them (deploy.canary.min_labels)`;
  if (selection !== null) return `its labels are not those of any row: ${selection}`;
  const harm = performance.max_worsening * Math.abs(compared.first);
  if (compared.low >= -harm) return null;
  return `it may be worse by more than ${formatPercent(performance.max_worsening)} (monitor.performance.max_worsening): ${figuresOf(compared)}`;
}

/**
 * Judges a canary or shadow. Bad: it cannot answer, is slow, or worse beyond noise, where the labels are compared each time
 * that they have doubled, so that looking often costs nothing. Good: enough rows and labels, and the interval leaves no room
 * for a harm that matters. What is neither is open, until its time is over.
 */
export function judgeSecond(
  evidence: SecondEvidence,
  policy: Policy,
  bounds: Bounds,
  now: number,
): Pick<SecondReport, 'state' | 'because'> {
  const harm = harmOf(evidence, bounds);
  if (harm !== null) return { state: 'bad', because: `${harm}.` };
  const missing = missingOf(evidence, policy, bounds);
  const { compared, since } = evidence;
  if (missing === null)
    return { state: 'good', because: compared === null ? '' : `It is good enough: ${figuresOf(compared)}.` };
  if (now - since < policy.hours * 3_600_000) return { state: 'open', because: `${missing}.` };
  return {
    state: 'bad',
    because: `nothing spoke for it within ${formatNumber(policy.hours)} hours (deploy.canary.hours): ${missing}.`,
  };
}
