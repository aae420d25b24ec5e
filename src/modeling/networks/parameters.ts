import type { TInteger, TNumber, TObject } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { Shape } from '../../shape.ts';
import type { TrainingPlan } from './trainingPlan.ts';

/** What a kind of net is trained with where the pipeline does not say it. */
interface Defaults {
  readonly max_row_visits: number;
  readonly learning_rate: number;
  readonly weight_decay: number;
}

const hidden = Type.Array(Type.Integer({ minimum: 1, maximum: 65_536 }), {
  maxItems: 16,
  default: [128, 128],
  description: 'Units of each hidden layer.',
});

const whole = (of: { minimum: number; maximum: number; default: number; description: string }): TInteger =>
  Type.Integer(of);
const rate = (of: Parameters<typeof Type.Number>[0]): TNumber => Type.Number(of);

/** Keys that every family of nets has in its own section. */
export const trainingKeys = ({ max_row_visits, learning_rate, weight_decay }: Defaults) => ({
  hidden,
  dropout: rate({
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.1,
    description: 'Share of hidden units left out at random in training.',
  }),
  epochs: whole({
    minimum: 1,
    maximum: 100_000,
    default: 200,
    description: 'At most this many passes over the training part.',
  }),
  max_row_visits: whole({
    minimum: 1,
    maximum: 1e12,
    default: max_row_visits,
    description:
      'At most so many rows are shown to the net, all passes together (one pass at least): a large training part gets fewer epochs.',
  }),
  batch_size: whole({ minimum: 1, maximum: 1_000_000, default: 256, description: 'Rows of one step.' }),
  learning_rate: rate({
    exclusiveMinimum: 0,
    maximum: 10,
    default: learning_rate,
    description: 'Step size of AdamW.',
  }),
  weight_decay: rate({
    minimum: 0,
    maximum: 100,
    default: weight_decay,
    description: 'Decoupled weight decay of AdamW.',
  }),
  patience: whole({
    minimum: 1,
    maximum: 100_000,
    default: 10,
    description: 'Stop after this many epochs without improvement on the validation part.',
  }),
});

/** How a net is trained, as its section of the pipeline says it. */
export type NetParameters = Shape<TObject<ReturnType<typeof trainingKeys>>>;

/** Passes over so many rows that `max_row_visits` allows: one at least. */
const passesWithin = ({ max_row_visits }: NetParameters, rows: number): number =>
  Math.max(1, Math.floor(max_row_visits / Math.max(rows, 1)));

/** What the loop is told of so many training rows. */
export const trainingPlan = (parameters: NetParameters, rows: number): TrainingPlan => ({
  epochs: Math.min(parameters.epochs, passesWithin(parameters, rows)),
  batchRows: Math.max(1, Math.min(parameters.batch_size, rows)),
  learningRate: parameters.learning_rate,
  weightDecay: parameters.weight_decay,
  dropout: parameters.dropout,
  patience: parameters.patience,
  rateDrops: 0,
  averaging: 0.99,
});

/** A shorter fit tells ways to learn the same labels apart. */
const short = { epochs: 20, patience: 5 } as const;

export const shortenedNet = <Own extends NetParameters>(own: Own): Own => ({
  ...own,
  epochs: Math.min(own.epochs, short.epochs),
  patience: Math.min(own.patience, short.patience),
});

export const netShownAtMost = <Own extends NetParameters>(own: Own, visits: number): Own => ({
  ...own,
  max_row_visits: Math.min(visits, own.max_row_visits),
});

/** Of a net that got better up to the last pass that it was allowed; null where patience or `epochs` ended it. */
export function netCutShort(
  family: string,
  parameters: NetParameters,
  rows: number,
  { history, bestEpoch }: { readonly history: readonly unknown[]; readonly bestEpoch: number },
): string | null {
  const passes = passesWithin(parameters, rows);
  if (passes >= parameters.epochs || history.length < passes || bestEpoch < passes) return null;
  return `${family} was still getting better after ${passes} ${passes === 1 ? 'pass' : 'passes'} over ${rows} training rows, the most that model.${family}.max_row_visits (${parameters.max_row_visits}) allows; raise it to train longer.`;
}
