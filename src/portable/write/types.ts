import { historyField, historyInputs } from '../../data/history/rule.ts';
import type { HistoryRule } from '../../data/history/rule.ts';
import { historyNames } from '../../data/history/schema.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import type { Manifest } from '../../packaging/manifest.ts';

/** A union of more words than that helps nobody; a closed one says all. */
const mostWords = 200;

const quoted = (text: string): string => JSON.stringify(text);

/** A comment that what it says cannot end. */
const comment = (text: string): string =>
  `/** ${text.replaceAll('*/', '*\u200b/').replaceAll(/\s+/g, ' ').trim()} */`;

function wordType({ domain = [], closed, type }: ColumnSchema): string {
  const isNumeric = type === 'number' || type === 'integer';
  const open = isNumeric ? 'string | number' : 'string';
  if (domain.length === 0 || (!closed && domain.length > mostWords)) return open;
  const words = domain.flatMap((word) =>
    isNumeric && String(Number(word)) === word ? [word, quoted(word)] : [quoted(word)],
  );
  // The other half keeps the words as suggestions: an unseen word is served, too.
  const more = closed ? [] : isNumeric ? ['(string & {})', '(number & {})'] : ['(string & {})'];
  return [...words, ...more].join(' | ');
}

function cellType(column: ColumnSchema): string {
  switch (column.kind) {
    case 'number':
      return column.numberFormat === undefined ? 'number' : 'number | string';
    case 'category':
      return column.type === 'boolean' ? 'boolean' : wordType(column);
    case 'time':
      return column.timeFormat === undefined ? 'string' : 'string | number';
    case 'text':
      return 'string';
  }
}

function saysOf({ description, kind, closed, minimum, maximum }: ColumnSchema): string {
  const range =
    minimum === undefined || maximum === undefined
      ? ''
      : `${closed ? 'From' : 'Seen in training:'} ${minimum} to ${maximum}.`;
  const time = kind === 'time' ? 'A time as ISO 8601; without a zone it is UTC.' : '';
  return [description ?? '', range, time].filter((part) => part !== '').join(' ');
}

function member(column: ColumnSchema): string {
  const says = saysOf(column);
  const type = `${cellType(column)}${column.nullable ? ' | null' : ''}`;
  return `${says === '' ? '' : `  ${comment(says)}\n`}  readonly ${quoted(column.name)}${column.required ? '' : '?'}: ${type};`;
}

function otherMembers(
  { inputs, row_id }: Manifest,
  { columns }: RowSchema,
  also: ReadonlySet<string> = new Set(),
): string[] {
  const known = new Set([...also, ...inputs.map(({ name }) => name)]);
  return columns
    .filter(({ name }) => !known.has(name))
    .map(({ name }) =>
      row_id.includes(name)
        ? `  ${comment('Part of the row’s id.')}\n  readonly ${quoted(name)}?: string | number | boolean | null;`
        : `  ${comment('Known from the training data, and ignored.')}\n  readonly ${quoted(name)}?: unknown;`,
    );
}

const never = (name: string): string => `  readonly ${quoted(name)}?: never;`;

/** A row that brings the rows before it, the same with the cells that these make, and the rows themselves. */
function typesWithHistory(manifest: Manifest, schema: RowSchema, rule: HistoryRule): string {
  const made = historyNames(schema);
  const named = (names: readonly string[]): ColumnSchema[] =>
    schema.columns.filter(({ name }) => names.includes(name));
  const timed = named([rule.time]).map((column) => ({ ...column, nullable: false, required: true }));
  const past = named(historyInputs(rule)).map((column) =>
    column.name === rule.time
      ? { ...column, nullable: false, required: true }
      : column.name === rule.by
        ? { ...column, nullable: true, required: false }
        : column,
  );
  const brought = manifest.inputs.filter(({ name }) => !made.has(name) && name !== rule.time);
  const withRows = new Set([...made, rule.time]);
  return `${comment(`A row before another one.`)}
export interface EarlierRow {
${past.map(member).join('\n')}
}

${comment(`A row, as ${manifest.name} takes it, with the rows before it.`)}
export interface RowWithHistory {
${[...brought, ...timed].map(member).join('\n')}
  ${comment(`The rows before it${rule.by === null ? '' : ` of the same ${rule.by}`}, the newest ${rule.rows} at most, in any order; empty where there are none.`)}
  readonly ${quoted(historyField)}: readonly EarlierRow[];
${[...otherMembers(manifest, schema, withRows), ...[...made].map(never)].join('\n')}
}

${comment(`A row, as ${manifest.name} takes it, with the cells that the rows before it make.`)}
export interface RowWithCells {
${[...manifest.inputs.map(member), ...otherMembers(manifest, schema), never(historyField)].join('\n')}
}

/** A row with the rows before it, or with the cells that these make. */
export type Row = RowWithHistory | RowWithCells;`;
}

function rowType(manifest: Manifest, schema: RowSchema): string {
  if (schema.history !== undefined) return typesWithHistory(manifest, schema, schema.history);
  return `${comment(`A row, as ${manifest.name} takes it.`)}
export interface Row {
${[...manifest.inputs.map(member), ...otherMembers(manifest, schema)].join('\n')}
}`;
}

function answerType({ outputs, interval }: Manifest): string {
  if (outputs.length === 0)
    return `export interface Prediction {
  readonly prediction: number;${
    interval === undefined
      ? ''
      : `
  /** Where the label lies. */
  readonly prediction_interval: { readonly low: number; readonly high: number };`
  }
  /** With \`explain\`. */
  readonly explanation?: Explanation;
}`;
  return `export type Class = ${outputs.map(quoted).join(' | ')};

export interface Prediction {
  readonly prediction: Class;
  readonly probabilities: Readonly<Record<Class, number>>;
  /** With \`explain\`. */
  readonly explanation?: Explanation;
}`;
}

/** Types of a written module: the row as the schema has it, the answer, and what the module exports. */
export function moduleTypes(manifest: Manifest, schema: RowSchema): string {
  return `${rowType(manifest, schema)}

${answerType(manifest)}

/** How far each column moved the raw sum of an answer: \`base\` and all contributions add up to \`margin\`. */
export interface Explanation {
  readonly of?: string;
  readonly scale: string;
  readonly base: number;
  readonly contributions: Readonly<Record<string, number>>;
  readonly margin: number;
  readonly samples?: number;
}

export interface SelfTest {
  readonly ok: boolean;
  readonly rows: number;
  readonly mismatches: readonly string[];
}

/** Why a row gets no answer: \`details\` names every field that is wrong, in the words of the service. */
export declare class RequestProblem extends Error {
  readonly status: number;
  readonly details: readonly { readonly path: string; readonly message: string }[];
}

export declare const model: {
  readonly name: string;
  readonly version: number | null;
  /** SHA-256 of the bundle. */
  readonly bundle: string;
  readonly goal: string;
  readonly label: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  readonly classes: readonly string[];
  readonly family: string;
  readonly inputs: readonly { readonly name: string; readonly kind: string; readonly required: boolean }[];
  /** JSON Schema of a row. */
  readonly schema: object;
};

/** Throws RequestProblem for a row that is not as the schema says. */
export declare function predict(row: Row, options?: { readonly explain?: boolean }): Prediction;
export declare function predictMany(
  rows: readonly Row[],
  options?: { readonly explain?: boolean },
): Prediction[];
/** Do known rows come out here as they did when the model was packaged? Takes a bundle's golden.json, too. */
export declare function selfTest(golden?: unknown): SelfTest;
/** \`POST /predict\`, \`GET /health/live\`, \`GET /health/ready\`: for runtimes that call fetch handlers. */
export declare function fetch(request: Request): Promise<Response>;
/** A handler of AWS Lambda (payload 2.0, or the body of /predict). */
export declare function handler(event: unknown): Promise<object>;
declare const _default: { readonly fetch: typeof fetch };
export default _default;
`;
}
