import { formatCount, formatNumber } from '../../statistics/figures.ts';
import { moments, sampleStd } from '../../statistics/moments.ts';
import type { Family, FamilyOptions, FitJob, LabelledRows } from '../model.ts';
import { fitHoldout } from '../protocol/holdout.ts';
import { takeRows } from '../protocol/outOfFold.ts';
import { targetVariants } from './variants.ts';
import type { TargetVariant } from './variants.ts';

/** Of more rows some, evenly spaced, tell it as well. */
const most = { training: 10_000, validation: 5000 } as const;
/** Another way must be better by this share of the loss, whatever the noise. */
const leastGain = 0.01;

/** How labels are learnt, and why in a sentence; empty where there was nothing to choose. */
export interface TargetChoice {
  readonly options: FamilyOptions;
  readonly because: string;
}

/** All rows, or as many of them as a short fit takes. */
function someOf(part: LabelledRows, count: number): LabelledRows {
  const rows = part.target.length;
  if (rows <= count) return part;
  return takeRows(
    part,
    Int32Array.from({ length: count }, (_, at) => Math.floor((at * rows) / count)),
  );
}

type RowLoss = (answer: number, label: number) => number;

/** What a row loses, as the watched metric has it. */
function rowLoss(metric: string): { readonly of: RowLoss; readonly told: string } {
  switch (metric) {
    case 'mae':
      return { of: (answer, label) => Math.abs(answer - label), told: 'mean absolute error' };
    case 'mape':
      return {
        of: (answer, label) => (label === 0 ? 0 : Math.abs(answer / label - 1)),
        told: 'mean relative error',
      };
    default:
      return { of: (answer, label) => (answer - label) ** 2, told: 'mean squared error' };
  }
}

const words: Readonly<Record<string, string>> = {
  '': 'as they are',
  log: 'by their logarithm',
  quantile: 'by their quantiles',
  poisson: 'as counts (poisson)',
  tweedie: 'as zero or more (tweedie)',
};

/** Less than another's by more than its standard error, and by more than a hundredth. */
function isBetter(other: Float64Array, than: Float64Array): boolean {
  const gains = moments(than.map((loss, row) => loss - other[row]!));
  const noise = gains.count > 1 ? sampleStd(gains) / Math.sqrt(gains.count) : Infinity;
  return gains.mean > noise && gains.mean > leastGain * moments(than).mean;
}

/** A way to learn the labels with its loss on each row that it did not learn from. */
export interface JudgedVariant {
  readonly name: string;
  readonly losses: Float64Array;
}

/**
 * Which way is kept: the first, unless another one is better than it beyond its standard error and by a hundredth; of
 * those the one of lowest mean loss.
 */
export function chosenVariant<Judged extends JudgedVariant>(
  variants: readonly [Judged, ...Judged[]],
): Judged {
  const [plain, ...others] = variants;
  let kept = plain;
  for (const other of others)
    if (isBetter(other.losses, plain.losses) && moments(other.losses).mean < moments(kept.losses).mean)
      kept = other;
  return kept;
}

/**
 * Which of the ways to learn the labels a family takes, by one short fit of each, judged on the validation part in the
 * label's own unit. Nothing is fitted where there is one way only.
 */
export async function chooseTarget(
  family: Family,
  job: Omit<FitJob, 'stopping' | 'rounds'>,
  validation: LabelledRows,
): Promise<TargetChoice> {
  const { task, training, options } = job;
  const [plain, ...others] = targetVariants(family.name, task, training.target, options);
  if (others.length === 0) return { options: plain.options, because: '' };
  const learnt = someOf(training, most.training);
  const judging = someOf(validation, most.validation);
  const loss = rowLoss(options.metric);
  const short = family.shortened ?? ((own: FamilyOptions) => own);
  const judged = async (variant: TargetVariant): Promise<JudgedVariant & TargetVariant> => {
    const hooks = {
      ...job.hooks,
      onRows: (report: Parameters<NonNullable<typeof job.hooks.onRows>>[0]) =>
        job.hooks.onRows?.({
          ...report,
          family: `${family.name}, labels ${words[variant.name] ?? variant.name}`,
        }),
    };
    const asked = { ...job, training: learnt, hooks, options: short(variant.options) };
    const fit = await fitHoldout(family, asked, judging);
    return { ...variant, losses: judging.target.map((label, row) => loss.of(fit.scores[row]!, label)) };
  };
  const first = await judged(plain);
  const rest: (JudgedVariant & TargetVariant)[] = [];
  for (const variant of others) rest.push(await judged(variant));
  const kept = chosenVariant([first, ...rest]);
  const told = ({ name, losses }: JudgedVariant): string =>
    `${formatNumber(moments(losses).mean)} ${words[name] ?? name}`;
  const figures = [kept, ...[first, ...rest].filter((each) => each !== kept)].map(told).join(', ');
  return {
    options: kept.options,
    because: ` Labels are learnt ${words[kept.name] ?? kept.name}: short fits had a ${loss.told} on ${formatCount(judging.target.length, 'validation row')} of ${figures}.`,
  };
}
