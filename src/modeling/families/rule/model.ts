import { damagedError } from '../../../errors.ts';
import type { FeatureRows } from '../../../features/encode.ts';
import { missing, unseen } from '../../../features/prepared.ts';
import type { PreparedColumn } from '../../../features/prepared.ts';
import type { ColumnSources } from '../../../features/sources.ts';
import { groupNumbers, numberCuts, numberGroups } from '../../../statistics/oneRule.ts';
import type { Work } from '../../../work.ts';
import type { Explainer } from '../../explanation.ts';
import type { Backend, Scorer, Task } from '../../model.ts';
import { scoreWidth, scoresOf } from '../../outputs.ts';
import { inRows } from '../../turns.ts';

/** How the rows of a prepared column are put into groups: numbers by where they are cut, words by their code; missing is the last group. */
export type Groups =
  | { readonly kind: 'number'; readonly cuts: readonly number[] }
  | { readonly kind: 'codes'; readonly size: number };

/** A rule on one prepared column: each group has raw sums of its own. */
export interface RuleModel {
  /** Place of the prepared column. */
  readonly place: number;
  /** Its name. */
  readonly name: string;
  readonly groups: Groups;
  readonly units: number;
  /** `groups × units`. */
  readonly sums: Float64Array;
  /** Of a word that training did not have. */
  readonly others: Float64Array;
  /** Mean over the training rows: what an explanation starts from. */
  readonly base: Float64Array;
}

/** What computes rules: a table that is looked up, the same bits everywhere. */
export const ruleBackend: Backend = { name: 'javascript', version: 'rule 1' };

/** The groups that a prepared column makes; none where it is many cells (words of a text). */
export function groupsOf(column: PreparedColumn): Groups | undefined {
  if (column.kind === 'sparse') return undefined;
  if (column.kind === 'codes') return { kind: 'codes', size: column.size };
  return { kind: 'number', cuts: numberCuts(column.values).filter(Number.isFinite) };
}

/** How many groups there are. */
export const groupCount = (groups: Groups): number =>
  groups.kind === 'codes' ? groups.size + 1 : numberGroups(groups.cuts);

/** The group of each row; −1 = a word that was not there. Undefined where the column is of another kind. */
export function assignGroups(groups: Groups, column: PreparedColumn | undefined): Int32Array | undefined {
  if (column === undefined || column.kind === 'sparse') return undefined;
  if (column.kind === 'codes') {
    if (groups.kind !== 'codes' || groups.size !== column.size) return undefined;
    return column.codes.map((code) => (code === missing ? groups.size : code <= unseen ? -1 : code));
  }
  return groups.kind === 'number' ? groupNumbers(column.values, groups.cuts) : undefined;
}

function groupsIn(model: RuleModel, { prepared }: FeatureRows): Int32Array {
  const groups = assignGroups(model.groups, prepared.columns[model.place]);
  if (groups !== undefined) return groups;
  throw damagedError({
    code: 'rule-damaged',
    message: `The rule looks at ${model.name}, which the features of this bundle do not prepare as ${model.groups.kind === 'codes' ? `one of ${model.groups.size} words` : 'a number'}.`,
    hint: 'Train and package the model again.',
  });
}

/** Raw sums, `rows × units`. A row's do not depend on the others. */
export function* ruleSums(model: RuleModel, rows: FeatureRows): Work<Float64Array> {
  const { units, sums, others } = model;
  const groups = groupsIn(model, rows);
  const all = new Float64Array(rows.rows * units);
  yield* inRows(rows.rows, (from, to) => {
    for (let row = from; row < to; row += 1) {
      const group = groups[row]!;
      for (let unit = 0; unit < units; unit += 1)
        all[row * units + unit] = group < 0 ? others[unit]! : sums[group * units + unit]!;
    }
  });
  return all;
}

/** The rule with its sums replaced by `slope · sum + shift`. */
export function rescaled(model: RuleModel, slope: number, shift: Float64Array): RuleModel {
  const scale = (sums: Float64Array): Float64Array =>
    sums.map((sum, at) => slope * sum + shift[at % shift.length]!);
  return { ...model, sums: scale(model.sums), others: scale(model.others), base: scale(model.base) };
}

/** A scorer over a rule. */
export function ruleScorer(task: Task, model: RuleModel): Scorer {
  return {
    input: 'prepared',
    outputs: scoreWidth(task),
    backend: ruleBackend,
    *predict(rows) {
      return scoresOf(task, yield* ruleSums(model, rows));
    },
    explain: (sources) => ruleExplainer(model, sources),
    dispose: () => undefined,
  };
}

/** Exact Shapley values of a function of one column: all that its answer is away from the mean is that column's. */
function ruleExplainer(model: RuleModel, { columns, ofPrepared }: ColumnSources): Explainer {
  const { units, base, place } = model;
  const slots = columns.length;
  return {
    samples: null,
    stepsPerRow: units * slots,
    *contributions(rows) {
      const sums = yield* ruleSums(model, rows);
      const values = new Float64Array(sums.length * slots);
      sums.forEach((sum, at) => (values[at * slots + ofPrepared[place]!] = sum - base[at % units]!));
      return { units, base, values };
    },
  };
}
