import { takeRows } from '../../data/columns.ts';
import type { Importances } from '../../evaluation/evaluation.ts';
import { featureRows, preparedRows } from '../../features/encode.ts';
import type { FeatureRows } from '../../features/encode.ts';
import { gatherColumn } from '../../features/prepared.ts';
import { columnSources } from '../../features/sources.ts';
import type { ColumnSources } from '../../features/sources.ts';
import type { Scorer } from '../../modeling/model.ts';
import { load } from '../../modeling/load.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../../project/context.ts';
import { inPieces } from '../../project/interruption.ts';
import { createRandom } from '../../random.ts';
import type { Random } from '../../random.ts';
import { moments, sampleStd } from '../../statistics/moments.ts';
import { computeMetric, metricByName, scoredRows } from '../../statistics/metrics/index.ts';
import type { FitInput, FitResult } from '../fitting.ts';

const repeats = 5;
/** Rows that are scored for all columns and repeats together: some tenths of a second, for a table of usual width. */
const scoredInAll = 30_000;
/** Columns by which trees gain a smaller share are not shuffled. */
const leastGain = 0.005;
const [fewestRows, mostRows] = [200, 2000];
const mostColumns = 40;
/** Where there are more columns and no trees to say which matter: so many get a first look, on so many rows. */
const [lookedAt, lookRows] = [400, 100];

type Watched = Pick<Context, 'progress' | 'signal'>;
/** The test rows of a training. */
type TestRows = Pick<FitInput, 'target' | 'task' | 'fitted'> & {
  readonly rows: Pick<FitInput['rows'], 'table'>;
  readonly split: Pick<FitInput['split'], 'test'>;
};
type Columns = Importances['columns'];

/** Test rows, and how much worse the metric is where some of their cells change places. */
interface Judged {
  readonly sources: ColumnSources;
  readonly positions: Int32Array;
  /** @param orders of each: by row where its cells of that column come from */
  readonly drops: (column: number, orders: readonly Int32Array[]) => Promise<readonly number[]>;
}

/** The trees' gain by column; undefined where there are none. */
const gainOf = (scorer: Scorer, sources: ColumnSources, family: string): Float64Array | undefined =>
  family === 'gbdt' ? scorer.explain(sources).gain : undefined;

async function judgedOn(
  watched: Watched,
  { rows: { table }, target, task, fitted }: TestRows,
  { metric: name, threshold }: Pick<FitResult, 'metric' | 'threshold'>,
  scorer: Scorer,
  positions: Int32Array,
): Promise<Judged> {
  const metric = metricByName(name);
  if (metric === undefined) throw new RangeError(`unknown metric ${name}`);
  const sources = columnSources(fitted);
  const labels = Float64Array.from(positions, (row) => target[row]!);
  const own = featureRows(fitted, takeRows(table, positions));
  const { length } = positions;
  /** Of so many times these rows: all are scored at once. */
  const valuesOn = async (part: FeatureRows): Promise<readonly number[]> => {
    const told = { label: 'importance', detail: 'rows scored', total: 0 };
    const scores = await inPieces(watched, told, scorer.predict(part));
    const each = (scores.length / part.rows) * length;
    return Array.from({ length: part.rows / length }, (_, at) => {
      const judged = scores.slice(at * each, (at + 1) * each);
      return computeMetric(metric, scoredRows(task, judged, labels, threshold ?? undefined));
    });
  };
  const [value = NaN] = await valuesOn(own);
  const sign = metric.higherIsBetter ? 1 : -1;
  let repeated = own.prepared;
  const drops: Judged['drops'] = async (column, orders) => {
    const rows = length * orders.length;
    if (repeated.rows !== rows) {
      const again = Int32Array.from({ length: rows }, (_, at) => at % length);
      repeated = { rows, columns: own.prepared.columns.map((cells) => gatherColumn(cells, again)) };
    }
    const shuffled = new Int32Array(rows);
    for (const [at, order] of orders.entries()) shuffled.set(order, at * length);
    const columns = repeated.columns.map((cells, place) =>
      sources.ofPrepared[place] === column ? gatherColumn(own.prepared.columns[place]!, shuffled) : cells,
    );
    const values = await valuesOn(preparedRows(fitted, { rows, columns }));
    return values.map((each) => sign * (value - each));
  };
  return { sources, positions, drops };
}

const shuffledRows = (random: Random, rows: number): Int32Array =>
  random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));

/** The columns that are shuffled: those that matter most by the trees' gain, or at a first look. */
async function chosenColumns(
  columns: number,
  gain: Float64Array | undefined,
  firstLook: () => Promise<Judged>,
  random: Random,
): Promise<readonly number[]> {
  const all = Array.from({ length: columns }, (_, at) => at);
  const greatest = (places: readonly number[], of: (at: number) => number): readonly number[] =>
    [...places].sort((left, right) => of(right) - of(left) || left - right).slice(0, mostColumns);
  if (gain !== undefined)
    return greatest(
      all.filter((at) => gain[at]! >= leastGain),
      (at) => gain[at]!,
    );
  if (columns <= mostColumns) return all;
  const look = await firstLook();
  const order = shuffledRows(random, look.positions.length);
  const drops: number[] = [];
  for (const at of all.slice(0, lookedAt)) drops.push(...(await look.drops(at, [order])));
  return greatest(all.slice(0, lookedAt), (at) => drops[at]!);
}

/**
 * How much worse the metric on test rows is where one column is shuffled among them, so that it keeps its values and tells
 * nothing (Breiman 2001): all that was made of the column moves together. Columns that say the same cover for each other.
 */
export async function columnImportance(
  watched: Watched,
  input: TestRows,
  fit: Pick<FitResult, 'model' | 'metric' | 'threshold'>,
  { backend, seed }: Pick<Pipeline['model'], 'backend' | 'seed'>,
): Promise<Importances> {
  const { test } = input.split;
  const random = createRandom(`${seed}/importance`);
  const drawn = (rows: number): Int32Array => random.choose(test.length, rows).map((at) => test[at]!);
  const scorer = await load(fit.model, backend);
  try {
    const judged = (rows: number): Promise<Judged> => judgedOn(watched, input, fit, scorer, drawn(rows));
    const sources = columnSources(input.fitted);
    const gain = gainOf(scorer, sources, fit.model.family);
    const places = await chosenColumns(sources.columns.length, gain, () => judged(lookRows), random);
    const budget = Math.floor(scoredInAll / (repeats * Math.max(1, places.length)));
    const { positions, drops: dropsOf } = await judged(Math.max(fewestRows, Math.min(mostRows, budget)));
    const orders = Array.from({ length: repeats }, () => shuffledRows(random, positions.length));
    const columns: Columns[number][] = [];
    for (const at of places) {
      const drops = await dropsOf(at, orders);
      const spread = moments(drops);
      const share = gain === undefined ? {} : { gain: gain[at]! };
      columns.push({
        column: sources.columns[at]!,
        drop: spread.mean,
        deviation: sampleStd(spread),
        ...share,
      });
    }
    columns.sort((one, other) => other.drop - one.drop);
    const left = sources.columns.length - places.length;
    return { metric: fit.metric, rows: positions.length, repeats, columns, left };
  } finally {
    scorer.dispose();
  }
}
