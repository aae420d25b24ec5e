import { comparing } from '../../evaluation/compare.ts';
import { judgeSecond, rowsToCompare } from '../../monitoring/second.ts';
import type { SecondEvidence, SecondReport } from '../../monitoring/second.ts';
import type { Bundle, Manifest } from '../../packaging/manifest.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { createRandom } from '../../random.ts';
import { quantile } from '../../statistics/quantiles.ts';
import type { LabelledQuery, LabelledRow } from '../../traffic/labelled.ts';
import { readNewestLabelled } from '../../traffic/newestLabelled.ts';
import { readShadows } from '../../traffic/readLog.ts';
import type { Context } from '../context.ts';
import type { SecondBundle } from '../deployment/second.ts';
import { inPieces } from '../interruption.ts';

/** Labelled rows that are looked at, and times of answers that are kept: the newest. */
const mostRows = 50_000;

/** A row that both versions answered, with its label. */
interface Pair {
  readonly row: LabelledRow;
  /** What the one that the caller did not get said. */
  readonly scores: readonly number[];
}

/** What the log says of both versions since the second takes part. */
interface Pairs {
  readonly rows: number;
  readonly faults: number;
  readonly labelled: readonly Pair[];
  readonly firstMs: readonly number[];
  readonly secondMs: readonly number[];
}

/** When its label came; of one in a file nothing says so, and its prediction stands in. */
const arrivedAt = ({ record, label }: LabelledRow): number =>
  label.door === 'feedback' ? label.given.at : record.at;

async function readPairs(
  query: LabelledQuery,
  first: Bundle,
  { named, role }: SecondBundle,
  fromMs: number,
): Promise<Pairs> {
  const second = named.bundle;
  // A canary's callers got its answer, and the version in charge was asked in the shadow; of a shadow it is the other way round.
  const [given, other] = role === 'canary' ? [second, first] : [first, second];
  const newest = { arrivedFromMs: fromMs, rows: mostRows, bundle: given.digest };
  const { rows: known } = await readNewestLabelled({ ...query, newest });
  const labelled = new Map(
    known.filter(({ record }) => record.at >= fromMs).map((row) => [row.record.id, row]),
  );
  const pairs: Pair[] = [];
  const [givenMs, otherMs]: [number[], number[]] = [[], []];
  let rows = 0;
  let faults = 0;
  for await (const { id, bundle, fault, scores, ms, callerMs } of readShadows(query.logFolder, fromMs)) {
    if (fault !== null && bundle === second.digest) faults += 1;
    if (fault !== null || bundle !== other.digest) continue;
    givenMs[rows % mostRows] = callerMs;
    otherMs[rows % mostRows] = ms;
    rows += 1;
    const row = labelled.get(id);
    if (row !== undefined) pairs.push({ row, scores });
  }
  const [firstMs, secondMs] = role === 'canary' ? [otherMs, givenMs] : [givenMs, otherMs];
  pairs.sort((left, right) => arrivedAt(left.row) - arrivedAt(right.row));
  return { rows, faults, labelled: pairs, firstMs, secondMs };
}

const p95 = (values: readonly number[]): number => quantile(Float64Array.from(values).sort(), 0.95);

function targetOf({ task }: Manifest, pairs: readonly Pair[]): Float64Array {
  const classes: readonly string[] = task.kind === 'regression' ? [] : task.classes;
  return Float64Array.from(pairs, ({ row: { label } }) =>
    typeof label.value === 'number' ? label.value : classes.indexOf(label.value),
  );
}

/** Answers in the order of the first bundle's outputs, which the second has too. */
const flat = (rows: readonly (readonly number[])[]): Float64Array => Float64Array.from(rows.flat());

async function compare(
  context: Context,
  pipeline: Pipeline,
  first: Bundle,
  { named, role }: SecondBundle,
  pairs: readonly Pair[],
): Promise<SecondReport['compared']> {
  if (pairs.length === 0) return null;
  const { task, metric, threshold } = first.manifest;
  const target = targetOf(first.manifest, pairs);
  const given = flat(pairs.map(({ row }) => row.record.scores));
  const other = flat(pairs.map(({ scores }) => scores));
  const [before, after] = role === 'canary' ? [other, given] : [given, other];
  const random = createRandom(`second/${pipeline.model.seed}/${pairs.length}`);
  const told = { label: 'compare', detail: 'rows that both versions answered', total: 0 };
  const thresholds = { first: threshold, second: named.bundle.manifest.threshold };
  const judged = async (
    left: Float64Array,
    right: Float64Array,
    cuts: readonly [number | undefined, number | undefined],
    name: string,
  ) =>
    inPieces(
      context,
      told,
      comparing(metric, { scores: left, target }, { scores: right, target }, task, random.fork(name), {
        replicates: pipeline.evaluation.bootstrap,
        ...(cuts[0] === undefined ? {} : { championThreshold: cuts[0] }),
        ...(cuts[1] === undefined ? {} : { challengerThreshold: cuts[1] }),
      }),
    );
  const better = await judged(before, after, [thresholds.first, thresholds.second], 'better');
  const worse = await judged(after, before, [thresholds.second, thresholds.first], 'worse');
  const { value, low, high } = better.improvement;
  return {
    metric,
    rows: pairs.length,
    first: better.champion,
    second: better.challenger,
    value,
    low,
    high,
    pWorse: worse.improvement.p ?? 1,
  };
}

/** Why the labels of the pairs say nothing of other rows, or null. */
function selectionOf({ task }: Manifest, pairs: readonly Pair[], ofAll: string | null): string | null {
  if (ofAll !== null) return ofAll;
  const [firstPair] = pairs;
  if (task.kind === 'regression' || firstPair === undefined) return null;
  const isOne = pairs.every(({ row }) => row.label.value === firstPair.row.label.value);
  return isOne ? `all of them are ${String(firstPair.row.label.value)}` : null;
}

/**
 * Judges what runs beside the version in charge on the rows that both answered.
 *
 * @param selection why the labels of the version in charge say nothing of other rows, or null
 */
export async function judgeBeside(
  context: Context,
  pipeline: Pipeline,
  first: Bundle,
  second: SecondBundle & { readonly since: number },
  query: LabelledQuery,
  selection: string | null,
): Promise<SecondReport> {
  const { named, role, share, since } = second;
  const now = context.environment.now();
  const { canary } = pipeline.deploy;
  const fromMs = Math.max(since, now - pipeline.monitor.window_hours * 3_600_000);
  const pairs = await readPairs(query, first, second, fromMs);
  const asked = pairs.labelled.slice(0, rowsToCompare(pairs.labelled.length, canary.min_labels));
  const evidence: SecondEvidence = {
    role,
    version: named.version,
    bundle: named.bundle.digest,
    share,
    since,
    rows: pairs.rows,
    faults: pairs.faults,
    p95Ms: pairs.rows === 0 ? null : { first: p95(pairs.firstMs), second: p95(pairs.secondMs) },
    labelled: pairs.labelled.length,
    compared: await compare(context, pipeline, first, second, asked),
    selection: selectionOf(first.manifest, asked, selection),
  };
  const { selection: _said, ...told } = evidence;
  return { ...told, ...judgeSecond(evidence, canary, pipeline.monitor, now), done: 'nothing' };
}
