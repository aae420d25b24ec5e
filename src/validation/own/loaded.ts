import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import { declaredInputs, fieldsOf, isFunction } from '../../ownCells.ts';
import type { Cells, DeclaredInput } from '../../ownCells.ts';
import { checkMark } from './definition.ts';

/** A check whose code was loaded. What its functions give is looked at each time: nobody vouches for it. */
export interface LoadedCheck {
  readonly name: string;
  /** The file that exports it, relative to the root. */
  readonly file: string;
  readonly inputs: readonly DeclaredInput[];
  readonly severity: 'error' | 'warning';
  readonly because: string;
  readonly how:
    | {
        readonly of: 'rows';
        readonly holds: (row: Cells) => unknown;
        readonly expected: string;
        readonly mostly: number;
      }
    | { readonly of: 'table'; readonly check: (rows: Iterable<Cells>) => unknown };
}

/** Checks whose code was loaded, how it is called, and where an error of it stands in the sources. */
export interface LoadedChecks {
  readonly checks: readonly LoadedCheck[];
  /** Calls it; throws what it throws, or an error of its own where that took too long. */
  readonly within: <Result>(call: () => Result) => Result;
  readonly placeOf: (error: unknown) => { readonly file: string; readonly line: number } | null;
}

type Fields = Readonly<Record<string, unknown>>;

const invalid = (file: string, message: string, hint: string): AiengError =>
  usageError({ code: 'check-invalid', message: `${file}: ${message}`, hint, at: { file } });

function howOf(
  file: string,
  name: string,
  { holds, check, expected, mostly = 1 }: Fields,
): LoadedCheck['how'] {
  if (isFunction(check) && holds === undefined) return { of: 'table', check };
  if (!isFunction(holds) || check !== undefined)
    throw invalid(
      file,
      `check ${name} has ${isFunction(holds) ? 'both holds and check' : 'neither holds nor check as a function'}.`,
      'Write holds: (row) => … for a check of single rows, or check: (rows) => […] for one of all together.',
    );
  if (typeof expected !== 'string' || expected === '')
    throw invalid(
      file,
      `check ${name} does not say what is expected of a row.`,
      "Say it in words: expected: 'total is at least what one month costs'.",
    );
  if (typeof mostly !== 'number' || !(mostly > 0 && mostly <= 1))
    throw invalid(
      file,
      `check ${name}: mostly is ${JSON.stringify(mostly)}, expected a share above 0 and at most 1.`,
      'Write for example mostly: 0.99, or leave it out.',
    );
  return { of: 'rows', holds, expected, mostly };
}

function checkOf(file: string, exported: string, fields: Fields): LoadedCheck {
  const { name, severity = 'error', because = '' } = fields;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9_-]{0,99}$/.test(name))
    throw invalid(
      file,
      `the check ${exported} has ${typeof name === 'string' ? `the name ${JSON.stringify(name.slice(0, 40))}` : 'no name'}.`,
      "Give it one of lower case, digits, _ and -: name: 'total-fits'.",
    );
  const read = declaredInputs(`check ${name}`, fields['inputs']);
  if ('wrong' in read) throw invalid(file, read.wrong, read.hint);
  if ((severity !== 'error' && severity !== 'warning') || typeof because !== 'string')
    throw invalid(
      file,
      `check ${name}: severity is ${JSON.stringify(severity)}, and because a ${typeof because}.`,
      "severity is 'error' or 'warning', because is text; both may be left out.",
    );
  return { name, file, inputs: read.inputs, severity, because, how: howOf(file, name, fields) };
}

/**
 * The checks among what modules export, by file.
 *
 * @throws usage error for what is no check, where a file has none, and where two have one name
 */
export function checksOf(modules: unknown): readonly LoadedCheck[] {
  const found: LoadedCheck[] = [];
  for (const [file, value] of Object.entries(fieldsOf(modules) ?? {})) {
    const before = found.length;
    for (const [exported, one] of Object.entries(fieldsOf(value) ?? {})) {
      const fields = fieldsOf(one);
      if (fields?.[checkMark] === true) found.push(checkOf(file, exported, fields));
    }
    if (found.length === before)
      throw invalid(file, 'it exports no check.', 'Export one: export const x = defineCheck({ … }).');
  }
  const names = found.map(({ name }) => name);
  const twice = found.find(({ name }, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw invalid(twice.file, `two checks are called ${twice.name}.`, 'Rename one of them.');
  return found;
}
