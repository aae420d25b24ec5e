import type { ColumnKind } from '../data/columns.ts';
import { compileColumn, compileEncoding } from './chain.ts';
import type { CompiledColumn } from './chain.ts';
import { derivedKind } from './derived.ts';
import { damagedState } from './params.ts';
import type { FittedFeatures } from './spec.ts';
import type { EncoderStep, StepInput } from './transform.ts';

interface ColumnPart {
  readonly column: string;
  readonly kind: ColumnKind;
  readonly run: CompiledColumn['run'];
  readonly outOfFold: CompiledColumn['outOfFold'];
  readonly cell: CompiledColumn['cell'];
  /** What comes out. */
  readonly made: StepInput;
}

interface EncodingPart extends Pick<EncoderStep, 'width' | 'write' | 'places'> {
  /** Position of the prepared column. */
  readonly from: number;
  /** First cell of a row. */
  readonly offset: number;
  /** Is that column sparse? */
  readonly sparse: boolean;
}

/** A sparse column that is encoded, once, however often it is. */
interface WidePart {
  /** Position of the prepared column. */
  readonly from: number;
  readonly size: number;
  /** Names of all its cells. */
  readonly names: () => readonly string[];
}

/** Fitted features as code. */
export interface Program {
  readonly prepare: readonly ColumnPart[];
  readonly encode: readonly EncodingPart[];
  /** What is dense in a sparse row, before the columns that are sparse themselves. */
  readonly sparse: {
    readonly dense: readonly EncodingPart[];
    readonly denseWidth: number;
    readonly wide: readonly WidePart[];
    readonly width: number;
  };
  /** Names of a row's cells. */
  readonly names: readonly string[];
}

/** Fitted features are immutable plain data, so what was compiled of them stays right as long as they live. */
const programs = new WeakMap<FittedFeatures, Program>();

/** The kinds of the columns that are made of inputs, after those of the inputs. */
function kindsOf({ inputs, own, derived = [] }: FittedFeatures): ReadonlyMap<string, ColumnKind> {
  const kinds = new Map(inputs.map(({ name, kind }) => [name, kind]));
  const given = new Map(kinds);
  for (const { name, kind, inputs: read } of own?.columns ?? []) {
    if (kinds.has(name) || read.some((input) => given.get(input.name) !== input.kind))
      throw damagedState(`${name} is not made of its inputs`);
    kinds.set(name, kind);
  }
  for (const [name, kind] of kinds) given.set(name, kind);
  for (const { name, how, of } of derived) {
    const [first, second] = of.map((input) => given.get(input));
    const kind = first === undefined || second === undefined ? null : derivedKind(how, first, second);
    if (kind === null || kinds.has(name)) throw damagedState(`${name} is not made of its inputs`);
    kinds.set(name, kind);
  }
  return kinds;
}

function compile(fitted: FittedFeatures): Program {
  const { prepared, encoded } = fitted;
  const kinds = kindsOf(fitted);
  const positions = new Map<string, number>();
  const prepare: ColumnPart[] = [];
  const compiled: CompiledColumn[] = [];
  for (const { name, column, kind, steps } of prepared) {
    const from = kinds.get(column);
    if (from === undefined) throw damagedState(`${column} is no input`);
    if (positions.has(name)) throw damagedState(`there are two prepared columns ${name}`);
    const made = compileColumn(steps, { name: column, kind: from });
    if (made.input.kind !== kind) throw damagedState(`${name} is of kind ${made.input.kind}, not ${kind}`);
    positions.set(name, compiled.push(made) - 1);
    const { run, outOfFold, cell } = made;
    prepare.push({ column, kind: from, run, outOfFold, cell, made: made.input });
  }
  const encode: EncodingPart[] = [];
  const names: string[] = [];
  for (const { from, steps, outputs } of encoded) {
    const place = positions.get(from);
    if (place === undefined) throw damagedState(`there is no prepared column ${from}`);
    const { width, write, places } = compileEncoding(steps, compiled[place]!.input);
    if (width !== outputs.length)
      throw damagedState(`${from} has ${outputs.length} output names for ${width} outputs`);
    const sparse = compiled[place]!.input.kind === 'sparse';
    encode.push({ from: place, offset: names.length, width, sparse, write, ...(places && { places }) });
    for (const output of outputs) names.push(output);
  }
  const wideFrom = [...new Set(encode.flatMap(({ from, sparse }) => (sparse ? [from] : [])))];
  const wide = wideFrom.map((from) => widePart(from, prepared[from]!.name, compiled[from]!.input));
  const dense = encode.filter(({ sparse }) => !sparse);
  const denseWidth = dense.reduce((sum, part) => sum + part.width, 0);
  const width = wide.reduce((sum, part) => sum + part.size, denseWidth);
  return { prepare, encode, sparse: { dense, denseWidth, wide, width }, names };
}

const widePart = (from: number, name: string, { size = 0, labels }: StepInput): WidePart => ({
  from,
  size,
  names: () => (labels?.() ?? []).map((label) => `${name}${label}`),
});

/** The features as code. Throws a `damaged` error for what `fit` would not have made. */
export function programOf(fitted: FittedFeatures): Program {
  const known = programs.get(fitted);
  if (known !== undefined) return known;
  const program = compile(fitted);
  programs.set(fitted, program);
  return program;
}
