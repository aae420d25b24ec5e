import type { ColumnKind } from '../../data/columns.ts';
import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import { declaredInputs, fieldsOf, isFunction, kindOf, kinds } from '../../ownCells.ts';
import type { Cells, DeclaredInput } from '../../ownCells.ts';
import { ownMark } from './definition.ts';

/** A transform whose code was loaded. What its functions give is checked each time: nobody vouches for it. */
export interface LoadedTransform {
  readonly name: string;
  readonly inputs: readonly DeclaredInput[];
  readonly output: ColumnKind;
  readonly fit: ((rows: Iterable<Cells>) => unknown) | null;
  readonly apply: (row: Cells, state: unknown) => unknown;
}

/** Own code that was loaded, and how it is called: a call that does not end is ended, where there is a way to do that. */
export interface LoadedCode {
  readonly transforms: readonly LoadedTransform[];
  /** Calls it; throws what it throws, or an error of its own where that took too long. */
  readonly within: <Result>(call: () => Result) => Result;
}

/** Own code by the SHA-256 of its JavaScript: what has the same digest computes the same, so one of each is enough. */
const loaded = new Map<string, LoadedCode>();

/** Makes own code known under the digest of its JavaScript. Whether it may be is asked before (`project/ownCode`). */
export function registerCode(digest: string, code: LoadedCode): void {
  loaded.set(digest, code);
}

/** The code of that digest, where it was loaded in this process. */
export const loadedCode = (digest: string): LoadedCode | undefined => loaded.get(digest);

const invalid = (file: string, message: string, hint: string): AiengError =>
  usageError({ code: 'transform-invalid', message: `${file}: ${message}`, hint, at: { file } });

function transformOf(
  file: string,
  exported: string,
  fields: Readonly<Record<string, unknown>>,
): LoadedTransform {
  const { name, output, fit, apply } = fields;
  if (typeof name !== 'string' || name === '' || name.length > 100)
    throw invalid(file, `the transform ${exported} has no name.`, "Give it one: name: 'charges_per_month'.");
  const read = declaredInputs(`transform ${name}`, fields['inputs']);
  if ('wrong' in read) throw invalid(file, read.wrong, read.hint);
  const { inputs } = read;
  const made = kindOf(output);
  if (made === undefined)
    throw invalid(
      file,
      `transform ${name} makes ${output === undefined ? 'nothing' : JSON.stringify(output)}.`,
      `Say what its column is: output: 'number', or one of: ${kinds.join(', ')}.`,
    );
  if (!isFunction(apply) || (fit !== undefined && !isFunction(fit)))
    throw invalid(
      file,
      `transform ${name}: ${isFunction(apply) ? 'fit' : 'apply'} is no function.`,
      'Write it as a function of a row: apply: ({ months }) => months.',
    );
  return { name, inputs, output: made, fit: fit === undefined ? null : fit, apply };
}

/**
 * The transforms among what modules export, by file. Other exports are left alone: a module may export what its tests want.
 *
 * @throws usage error for what is no transform, where a file has none, and where two have one name.
 */
export function transformsOf(modules: unknown): readonly LoadedTransform[] {
  const found: LoadedTransform[] = [];
  for (const [file, value] of Object.entries(fieldsOf(modules) ?? {})) {
    const before = found.length;
    for (const [exported, one] of Object.entries(fieldsOf(value) ?? {})) {
      const fields = fieldsOf(one);
      if (fields?.[ownMark] === true) found.push(transformOf(file, exported, fields));
    }
    if (found.length === before)
      throw invalid(file, 'it exports no transform.', 'Export one: export const x = defineTransform({ … }).');
  }
  const names = found.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw usageError({
      code: 'transform-invalid',
      message: `Two transforms of the pipeline are called ${twice}.`,
      hint: 'Rename one: a transform is called as the column that it makes.',
    });
  return found;
}
