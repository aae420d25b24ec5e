import type { ColumnKind } from '../data/columns.ts';
import { compileEncoding, compileStep, inputAfter } from './chain.ts';
import { damagedState } from './params.ts';
import type { Derived, FittedColumn, FittedEncoding, FittedFeatures, FittedOwn, FittedStep } from './spec.ts';
import type { StepInput } from './transform.ts';

/** The fitted steps of one feature, from the table's column to numbers. */
export interface FittedChain {
  readonly column: string;
  readonly kind: ColumnKind;
  readonly steps: readonly FittedStep[];
  /** Names of its outputs where they are known; null = by its steps. */
  readonly outputs: readonly string[] | null;
}

/** A name that was not used yet: a second `age` becomes `age#2`. */
function unused(name: string, used: Set<string>): string {
  let unique = name;
  for (let copy = 2; used.has(unique); copy += 1) unique = `${name}#${copy}`;
  used.add(unique);
  return unique;
}

/** Where a chain is cut: what is up to its last column step prepares, the rest encodes what that gave. */
function cut({ column, kind, steps }: FittedChain): {
  readonly preparing: readonly FittedStep[];
  readonly encoding: readonly FittedStep[];
  readonly given: StepInput;
} {
  let input: StepInput = { name: column, kind };
  let given = input;
  let at = 0;
  for (const [position, fitted] of steps.entries()) {
    const step = compileStep(fitted, input);
    if (step.role === 'encoder') break;
    input = inputAfter(step, input);
    if (step.role === 'scalar') continue;
    at = position + 1;
    given = input;
  }
  return { preparing: steps.slice(0, at), encoding: steps.slice(at), given };
}

function preparedKind({ name, kind }: StepInput): FittedColumn['kind'] {
  if (kind === 'category' || kind === 'text') throw damagedState(`a chain of ${name} ends in words`);
  return kind;
}

/**
 * Fitted features of chains: each is cut into what prepares and what encodes, and what several chains prepare alike is
 * one column. Chains without outputs (a constant) give nothing; inputs that no chain reads are left out.
 */
export function assemble(
  inputs: FittedFeatures['inputs'],
  chains: readonly FittedChain[],
  columns: readonly Derived[] = [],
  own?: FittedOwn,
): FittedFeatures {
  const prepared = new Map<string, FittedColumn>();
  const encoded: FittedEncoding[] = [];
  const columnNames = new Set<string>();
  const outputNames = new Set<string>();
  const read = new Set<string>();
  for (const chain of chains) {
    const { preparing, encoding, given } = cut(chain);
    const kind = preparedKind(given);
    const { width, outputs } = compileEncoding(encoding, given);
    if (chain.outputs !== null && chain.outputs.length !== width)
      throw damagedState(`${chain.column} has ${chain.outputs.length} output names for ${width} outputs`);
    if (width === 0) continue;
    read.add(chain.column);
    const key = JSON.stringify([chain.column, preparing]);
    const known = prepared.get(key);
    const column = known ?? {
      name: unused(given.name, columnNames),
      column: chain.column,
      kind,
      steps: preparing,
    };
    if (known === undefined) prepared.set(key, column);
    const names = chain.outputs ?? outputs().map((name) => unused(name, outputNames));
    encoded.push({ from: column.name, steps: encoding, outputs: names });
  }
  const derived = columns.filter(({ name }) => read.has(name));
  for (const name of derived.flatMap(({ of }) => of)) read.add(name);
  const ownColumns = own?.columns.filter(({ name }) => read.has(name)) ?? [];
  for (const { name } of ownColumns.flatMap((column) => column.inputs)) read.add(name);
  const made = derived.length === 0 ? {} : { derived };
  return {
    ...(own === undefined || ownColumns.length === 0
      ? { version: derived.length === 0 ? 2 : 3 }
      : { version: 4, own: { code: own.code, columns: ownColumns } }),
    ...made,
    inputs: inputs.filter(({ name }) => read.has(name)),
    prepared: [...prepared.values()],
    encoded,
  };
}
