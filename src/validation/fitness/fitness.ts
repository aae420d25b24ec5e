import { formatCount, grouped } from '../../statistics/figures.ts';
import type { Column } from '../../data/columns.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { Work } from '../../work.ts';
import type { CheckInput } from '../checks/check.ts';
import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { ColumnProfile } from '../profile.ts';
import type { Binned } from './bins.ts';
import { binColumn } from './bins.ts';
import { scoreOf } from './score.ts';
import type { Target } from './target.ts';
import { labelledRows, targetAt } from './target.ts';
import { inYaml } from '../inYaml.ts';

/** What is looked at to say whether data is fit to learn from: a snapshot, and what the pipeline makes of it. */
export interface FitnessInput extends CheckInput {
  readonly drop: readonly string[];
  /** Column that says when a row was, where the pipeline names one. */
  readonly time: string | null;
  readonly split: {
    readonly strategy: string;
    readonly group: string | null;
    /** The pipeline says it, and does not leave it to the default. */
    readonly isSaid?: boolean;
  };
}

/** A column that a model may see. */
export interface Feature {
  readonly name: string;
  readonly declared: ColumnSchema;
  readonly column: Column;
  readonly profile: ColumnProfile;
  readonly binned: Binned;
  /** How well it tells the label alone (`scoreOf`); NaN where there is none. */
  readonly score: number;
}

/** The rows and columns that the checks of this folder look at. */
export interface Looked {
  readonly input: FitnessInput;
  /** Positions of rows with a label, at most `mostRows`, evenly over the table. */
  readonly rows: Int32Array;
  /** Rows with a label in all. */
  readonly labelled: number;
  readonly label: string | undefined;
  readonly labelColumn: Column | undefined;
  /** The label at `rows`; undefined where there is none, or too few rows. */
  readonly target: Target | undefined;
  readonly features: readonly Feature[];
}

/** A finding about columns that tell the label, with all of these. */
export interface LeakFound {
  readonly finding: Finding;
  readonly columns: readonly string[];
}

/** One question of fitness. Add one: a file here and a line in `index.ts`. */
export interface FitnessCheck {
  readonly name: string;
  /** What it looks for, one sentence for the docs. */
  readonly description: string;
  run(looked: Looked): Finding[];
}

/** More rows say no more about what is nearly certain. */
const mostRows = 20_000;
/** With fewer labelled rows, what tells the label by chance and what by design look alike. */
const fewestRows = 50;

/** Columns that a model may see: no label, no id, nothing that is left out. */
export function featureNames({ schema, table, label, rowIdColumns, drop }: FitnessInput): string[] {
  const out = new Set([label, ...rowIdColumns, ...drop]);
  return schema.columns.map(({ name }) => name).filter((name) => !out.has(name) && table.columns.has(name));
}

/** Chooses rows and scores each column alone, a column at a time. */
export function* lookingAt(input: FitnessInput): Work<Looked> {
  const { label, table, schema } = input;
  const labelColumn = label === undefined ? undefined : table.columns.get(label);
  const all = labelColumn === undefined ? [] : labelledRows(labelColumn, table.rows, table.rows);
  const rows =
    labelColumn === undefined
      ? evenly(table.rows)
      : all.length < fewestRows
        ? Int32Array.from(all)
        : labelledRows(labelColumn, table.rows, mostRows);
  const labelIs = input.labelIs ?? (labelColumn?.kind === 'number' ? 'number' : 'classes');
  const target =
    labelColumn === undefined || rows.length < fewestRows ? undefined : targetAt(labelColumn, rows, labelIs);
  yield rows.length;
  const profiles = new Map(input.profile.columns.map((profile) => [profile.name, profile]));
  const features: Feature[] = [];
  for (const name of featureNames(input)) {
    const column = table.columns.get(name)!;
    const profile = profiles.get(name);
    const declared = schema.columns.find((each) => each.name === name);
    if (profile === undefined || declared === undefined) continue;
    const binned = binColumn(column, rows);
    const score = target === undefined ? Number.NaN : scoreOf(binned, target);
    features.push({ name, declared, column, profile, binned, score });
    yield rows.length;
  }
  return { input, rows, labelled: all.length, label, labelColumn, target, features };
}

function evenly(rows: number): Int32Array {
  const most = Math.min(rows, mostRows);
  return Int32Array.from({ length: most }, (_, at) => Math.floor((at * rows) / most));
}

/** ` (20,000 of 300,000 rows looked at)`, where not all were. */
export const partSaid = ({ rows, labelled }: Looked): string =>
  rows.length < labelled ? ` (${grouped(rows.length)} of ${formatCount(labelled, 'row')} looked at)` : '';

/** The line that leaves columns out, with those that the pipeline leaves out already. */
export const dropLine = ({ drop }: FitnessInput, ...names: readonly string[]): string =>
  `features: { drop: [${[...new Set([...drop, ...names])].map(inYaml).join(', ')}] }`;

/** The line that keeps the rows of a column's value together. */
export const groupLine = (name: string): string => `split: { strategy: group, group: ${inYaml(name)} }`;

/** The line that splits by time. */
export const timeLines = (name: string): string => `time: ${inYaml(name)}`;

/** Some rows with what stands there and their label, of different labels where there are. */
export function labelledExamples(
  { input, labelColumn, label }: Looked,
  rows: Iterable<number>,
  said: (row: number) => string,
): Finding['examples'] {
  const examples: Finding['examples'][number][] = [];
  const perLabel = new Map<string, number>();
  for (const row of rows) {
    const answer = labelColumn === undefined ? '' : cellText(labelColumn, row);
    const seen = perLabel.get(answer) ?? 0;
    if (seen >= 2) continue;
    perLabel.set(answer, seen + 1);
    const value = label === undefined ? said(row) : `${said(row)}, ${label} ${answer}`;
    examples.push({ rowId: input.rowIds.at(row) ?? String(row), value });
    if (examples.length === 4) break;
  }
  return examples;
}

/** A score as a person reads it: never 1.000 for what is not all. */
export function scoreText(score: number): string {
  if (score < 1 && score > 0.9995) return 'over 0.999';
  return score.toFixed(3);
}

/** What a score is a measure of. */
export const measureOf = (target: Target): 'auc' | 'r2' => (target.kind === 'number' ? 'r2' : 'auc');
export const measureText = (target: Target): string =>
  target.kind === 'number' ? 'R² of ranks' : 'area under the ROC curve';
