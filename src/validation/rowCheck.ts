import type { ErrorObject } from 'ajv';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import type { RowIssue } from '../inference/prediction.ts';
import { expectedRange, expectedType, gotValue } from './expectation.ts';
import { cellJudge, cellKeyword, rowJsonSchema } from './rowCheckSchema.ts';
import { nearest } from '../suggest.ts';

export interface RowCheckOptions {
  /** Columns that may be there with any value and need not be: label and ids. */
  readonly ignore: readonly string[];
  /** Can the data room read this text as a time? Left out, every text passes. */
  readonly isTime?: (text: string) => boolean;
}

/**
 * Checks one row of untrusted JSON. `pointer` is the JSON pointer of the row (`/features`, `/3`, or empty); issues name
 * the field below it. No issue: the row has the schema's types.
 */
export type RowCheck = (row: unknown, pointer: string) => RowIssue[];

/** More issues than this in one row say nothing new. */
const mostIssues = 20;

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const unescaped = (name: string): string => name.replaceAll('~1', '/').replaceAll('~0', '~');

/** A parameter of an ajv error as text, whatever ajv's typings know of it. */
function parameter(error: ErrorObject, name: string): string {
  const params: Readonly<Record<string, unknown>> = error.params;
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

function unknownField(name: string, known: ReadonlySet<string>): string {
  const meant = nearest(name, known);
  return `unknown field ${JSON.stringify(name.slice(0, 80))}${meant === undefined ? ': the model has no such input' : `: did you mean ${JSON.stringify(meant)}?`}`;
}

function isOutsideDomain(column: ColumnSchema, error: ErrorObject): boolean {
  const wordRefused = error.keyword === cellKeyword && column.kind === 'category';
  return wordRefused && column.type !== 'boolean' && column.closed && column.domain !== undefined;
}

function issueOf(error: ErrorObject, pointer: string, columns: ReadonlyMap<string, ColumnSchema>): RowIssue {
  switch (error.keyword) {
    case 'required': {
      const name = parameter(error, 'missingProperty');
      const column = columns.get(name);
      const expected = column === undefined ? 'a value' : expectedType(column);
      return { path: `${pointer}/${escaped(name)}`, message: `expected ${expected}, got nothing` };
    }
    case 'additionalProperties': {
      const name = parameter(error, 'additionalProperty');
      return {
        path: `${pointer}/${escaped(name)}`,
        message: unknownField(name, new Set(columns.keys())),
      };
    }
    default: {
      const column = columns.get(unescaped(error.instancePath.slice(1)));
      if (column === undefined)
        return { path: pointer, message: `expected an object of fields, got ${gotValue(error.data)}` };
      const path = `${pointer}${error.instancePath}`;
      const message =
        error.keyword === 'minimum' || error.keyword === 'maximum' || isOutsideDomain(column, error)
          ? `expected ${expectedRange(column)}, got ${gotValue(error.data)}`
          : `expected ${expectedType(column)}, got ${gotValue(error.data)}`;
      return { path, message };
    }
  }
}

/** ajv names a wrong type before a wrong value: one issue a field is enough. */
function firstPerPath(issues: readonly RowIssue[]): RowIssue[] {
  const seen = new Set<string>();
  return issues.filter(({ path }) => !seen.has(path) && seen.add(path)).slice(0, mostIssues);
}

/**
 * Compiles the check of one row, once per schema. Types, structure, required fields, unknown fields (with did-you-mean)
 * and closed domains and ranges; open ones pass. `__proto__` and `constructor` are field names like any other.
 */
export async function compileRowCheck(schema: RowSchema, options: RowCheckOptions): Promise<RowCheck> {
  const { Ajv } = await import('ajv');
  const { isTime } = options;
  const ajv = new Ajv({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
  });
  const missing = new Set(['', ...schema.missing]);
  const judges = new Map(schema.columns.map((column) => [column.name, cellJudge(column, missing, isTime)]));
  ajv.addKeyword({
    keyword: cellKeyword,
    errors: false,
    compile: (name: unknown) => judges.get(String(name)) ?? (() => true),
  });
  const validate = ajv.compile(rowJsonSchema(schema, new Set(options.ignore)));
  const columns = new Map(schema.columns.map((column) => [column.name, column]));
  return (row, pointer) => {
    if (validate(row)) return [];
    return firstPerPath((validate.errors ?? []).map((error) => issueOf(error, pointer, columns)));
  };
}
