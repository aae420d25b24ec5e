import type { Table } from '../data/columns.ts';
import { cellValue, selectColumns } from '../data/columns.ts';
import { rowWithHistory } from '../data/history/request.ts';
import { namingRows } from '../data/rowId.ts';
import type { CellProblem, RowReading } from '../data/rows.ts';
import { tableFromRows } from '../data/rows.ts';
import type { RowSchema } from '../data/schema.ts';
import { apply } from '../features/apply.ts';
import { featureRows } from '../features/encode.ts';
import { ownColumns } from '../features/own/columns.ts';
import type { RefusedRow } from '../features/own/columns.ts';
import { prepare } from '../features/prepare.ts';
import type { Prepared } from '../features/prepared.ts';
import type { SparseRows } from '../features/sparseRows.ts';
import type { FeatureMatrix, FittedFeatures } from '../features/spec.ts';
import { formsOf } from '../modeling/ensemble/scorer.ts';
import type { Backend, ModelFiles, RowForm, Scorer } from '../modeling/model.ts';
import { load } from '../modeling/load.ts';
import type { Manifest } from '../packaging/manifest.ts';
import { answerOf, predictedClass } from './answer.ts';
import { answerExplainer } from './explain.ts';
import type { AnswerExplainer } from './explain.ts';
import { answeringOne } from './oneRow.ts';
import type { Answer, Explanation, RowIssue, TextAnswer } from './prediction.ts';
import { finish } from '../work.ts';
import type { Work } from '../work.ts';

/** What a predictor is made of besides its model: the parsed files of a bundle. */
export interface PredictorParts {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly version: number | null;
  readonly schema: RowSchema;
  readonly features: FittedFeatures;
}

/** What a model sees of rows: blocks of numbers, prepared columns with their names, or rows without their zeros. */
export type ModelView =
  | { readonly form: 'blocks'; readonly matrix: FeatureMatrix }
  | { readonly form: 'prepared'; readonly names: readonly string[]; readonly prepared: Prepared }
  | { readonly form: 'sparse'; readonly sparse: SparseRows };

/** Scores of a whole table; `scores` is `rows × outputs` row-major. */
export interface ScoredTable {
  readonly rowIds: readonly string[];
  readonly scores: Float64Array;
}

/**
 * The one path from a raw row to an answer: validate → columns → features → model. The same object answers in batch
 * prediction, in the service and in the golden check.
 */
export interface Predictor {
  readonly manifest: Manifest;
  /** The contract of a row. */
  readonly schema: RowSchema;
  readonly digest: string;
  readonly version: number | null;
  /** The backend that scores here; golden answers are compared bit for bit only on the one that trained. */
  readonly backend: Backend;
  /** Columns that a table must have, in the order of the manifest. */
  readonly inputs: readonly string[];
  readonly outputs: number;
  /**
   * Untrusted rows, as JSON values or as the texts of a file; never throws for bad input. With any issue nothing is
   * predicted. Fields that the schema does not know are refused; the label and what the model leaves out are ignored.
   */
  predictRows(
    rows: readonly unknown[],
    pointer: (row: number) => string,
    way?: RowReading['way'],
    explain?: boolean,
  ): { readonly answers: readonly Answer[]; readonly issues: readonly RowIssue[] };
  /**
   * Answers the one row of a text `{"<field>": {…}}` as `predictRows` does; null where it is not as it should be, or the
   * text has another form: `predictRows` says what is wrong.
   */
  predictText(field: string): (text: string) => TextAnswer | null;
  /**
   * Rows that one request may have explained: what they cost is bounded.
   *
   * @throws a usage error where the bundle lacks what explaining takes
   */
  explainableRows(): number;
  /** Why each row of a scored table got its answer. Throws as `explainableRows`. */
  explaining(table: Table, scored: ScoredTable): Work<readonly Explanation[]>;
  /** Rows of such a table that the team's own transforms refuse. They cannot be predicted. */
  refusedRows(table: Table): readonly RefusedRow[];
  /** A table that was typed by the bundle's schema. */
  predictTable(table: Table): ScoredTable;
  /** `predictTable` in pieces. */
  predicting(table: Table): Work<ScoredTable>;
  /** The scores of such a table alone, without its rows' ids, in pieces. */
  scoring(table: Table): Work<Float64Array>;
  /** What the model sees of such a table, in each form that it takes. */
  viewTable(table: Table): readonly ModelView[];
  /** The answer for one row of a scored table. */
  answer(scored: ScoredTable, row: number): Omit<Answer, 'features'>;
  dispose(): void;
}

function viewOf({ features }: PredictorParts, form: RowForm, table: Table): ModelView {
  switch (form) {
    case 'blocks':
      return { form, matrix: apply(features, table) };
    case 'sparse':
      return { form, sparse: featureRows(features, table, 0).sparse };
    case 'prepared': {
      const names = features.prepared.map(({ name }) => name);
      return { form, names, prepared: prepare(features, table) };
    }
  }
}

function featureCells(table: Table, row: number): Record<string, string | number | null> {
  const cells: Record<string, string | number | null> = {};
  for (const [name, column] of table.columns) {
    const value = cellValue(column, row);
    // Assigned, it would be the object's prototype.
    if (name === '__proto__') Object.defineProperty(cells, name, { value, enumerable: true });
    else cells[name] = value;
  }
  return cells;
}

/** Members on the way to a place, as JSON pointers have them (RFC 6901). */
const pointerTo = (way: readonly (string | number)[]): string =>
  way.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** A problem by its JSON pointer. */
const issueOf = ({ row, column, message }: CellProblem, pointer: (row: number) => string): RowIssue => ({
  path: pointer(row) + pointerTo(column === '' ? [] : [column]),
  message,
});

/** Rows with the cells that the rows before them make, where the model takes such. */
function rowsWithHistory(
  rows: readonly unknown[],
  schema: RowSchema,
  pointer: (row: number) => string,
  way: RowReading['way'],
): { readonly rows: readonly unknown[]; readonly issues: readonly RowIssue[] } {
  if (schema.history === undefined) return { rows, issues: [] };
  const issues: RowIssue[] = [];
  const made = rows.map((row, at) => {
    const one = rowWithHistory(row, schema, way);
    if ('row' in one) return one.row;
    issues.push(
      ...one.issues.map(({ at: place, message }) => ({ path: pointer(at) + pointerTo(place), message })),
    );
    return row;
  });
  return { rows: made, issues };
}

/**
 * Loads the model of a bundle.
 *
 * @throws damaged error (exit 8) where the model's files do not make a model.
 */
export async function createPredictor(
  parts: PredictorParts & { readonly modelFiles: ModelFiles },
  backend: 'auto' | 'native' | 'wasm' = 'auto',
): Promise<Predictor> {
  const { family, task } = parts.manifest;
  return predictorOver(parts, await load({ family, files: parts.modelFiles, task }, backend));
}

/** The predictor over a model that is loaded: what runs anywhere. */
export function predictorOver(parts: PredictorParts, scorer: Scorer): Predictor {
  const { manifest, schema } = parts;
  const inputs = manifest.inputs.map((column) => column.name);
  const known = new Set([...inputs, ...manifest.row_id]);
  const asked = schema.columns.map((column) => column.name).filter((name) => known.has(name));
  const idsOnly = manifest.row_id.filter((name) => !inputs.includes(name));
  const outputs = scorer.outputs;
  const scoring: Predictor['scoring'] = (table) => scorer.predict(featureRows(parts.features, table, 0));
  const refusedRows: Predictor['refusedRows'] = (table) =>
    parts.features.own === undefined ? [] : ownColumns(parts.features.own, table).refused;
  const predicting: Predictor['predicting'] = function* (table) {
    const named = { rowIdColumns: manifest.row_id, featureColumns: inputs };
    return { rowIds: yield* namingRows(table, named), scores: yield* scoring(table) };
  };
  const answer: Predictor['answer'] = (scored, row) => ({
    rowId: scored.rowIds[row]!,
    ...answerOf(manifest, scored.scores.subarray(row * outputs, (row + 1) * outputs)),
  });
  const { features } = parts;
  const answerOne = answeringOne({ manifest, schema, features, scorer, asked, idsOnly });
  let made: AnswerExplainer | undefined;
  const explainer = (): AnswerExplainer => (made ??= answerExplainer(manifest.task, parts.features, scorer));
  const explaining: Predictor['explaining'] = (table, { scores }) =>
    explainer().explaining(featureRows(parts.features, table, 0), (row) =>
      predictedClass(manifest, scores.subarray(row * outputs, (row + 1) * outputs)),
    );
  return {
    manifest,
    schema,
    digest: parts.digest,
    version: parts.version,
    backend: scorer.backend,
    inputs,
    outputs,
    predictRows: (given, pointer, way = 'json', explain = false) => {
      if (given.length === 1 && way === 'json' && !explain) {
        const answered = answerOne.ofRow(given[0]);
        if (answered !== null) return { answers: [answered], issues: [] };
      }
      const { rows, issues } = rowsWithHistory(given, schema, pointer, way);
      if (issues.length > 0) return { answers: [], issues };
      const typed = tableFromRows(rows, schema, asked, idsOnly, { way, refuseUnknown: true });
      if (typed.issues.length > 0)
        return { answers: [], issues: typed.issues.map((problem) => issueOf(problem, pointer)) };
      const refused = refusedRows(typed.table);
      if (refused.length > 0)
        return {
          answers: [],
          issues: refused.map(({ row, message }) => ({ path: pointer(row), message })),
        };
      const scored = finish(predicting(typed.table));
      const features = selectColumns(typed.table, asked);
      const explained = explain ? finish(explaining(typed.table, scored)) : [];
      const because = (row: number): { readonly explanation?: Explanation } =>
        explained[row] === undefined ? {} : { explanation: explained[row] };
      return {
        answers: rows.map((_, row) => ({
          ...answer(scored, row),
          features: featureCells(features, row),
          ...because(row),
        })),
        issues: [],
      };
    },
    predictText: answerOne.ofText,
    refusedRows,
    explainableRows: () => explainer().rowsPerRequest,
    explaining,
    predictTable: (table) => finish(predicting(table)),
    predicting,
    scoring,
    viewTable: (table) => formsOf(scorer).map((form) => viewOf(parts, form, table)),
    answer,
    dispose: () => scorer.dispose(),
  };
}
