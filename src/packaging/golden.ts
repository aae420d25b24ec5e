import { bytesOfHex, hexOf } from '../data/cells/hexBytes.ts';
import type { Random } from '../random.ts';
import type { Backend } from '../modeling/model.ts';
import type { Golden, GoldenRow } from './manifest.ts';

/** The rows to choose from, cell by cell (`cellValue`). */
export interface GoldenCandidates {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly cell: (row: number, column: string) => string | number | null;
}

/** Enough candidates to find the odd ones, few enough to stay quick on a million rows. */
const maxCandidates = 2_000;

/** The odd rows of a column: missing, smallest, largest, rarest word. */
function oddRows(candidates: GoldenCandidates, column: string, rows: readonly number[]): number[] {
  let missing: number | undefined;
  let least: readonly [number, number] | undefined;
  let most: readonly [number, number] | undefined;
  const words = new Map<string, { row: number; count: number }>();
  for (const row of rows) {
    const value = candidates.cell(row, column);
    if (value === null) missing ??= row;
    else if (typeof value === 'number') {
      if (least === undefined || value < least[0]) least = [value, row];
      if (most === undefined || value > most[0]) most = [value, row];
    } else {
      const seen = words.get(value);
      if (seen === undefined) words.set(value, { row, count: 1 });
      else seen.count += 1;
    }
  }
  const rarest = [...words.values()].sort((left, right) => left.count - right.count)[0]?.row;
  return [missing, least?.[1], most?.[1], rarest].filter((row) => row !== undefined);
}

/**
 * Chooses rows that exercise the transforms: for each column in turn one where it is missing, its extremes, its rarest
 * word; then any others, until there are `count`. Ascending row numbers, a function of the data and the seed.
 */
export function chooseGolden(candidates: GoldenCandidates, count: number, random: Random): Int32Array {
  const all = random.shuffle(Int32Array.from({ length: candidates.rows }, (_, row) => row));
  const rows = Array.from(all.subarray(0, maxCandidates));
  const odd = candidates.columns.map((column) => oddRows(candidates, column, rows));
  const chosen = new Set<number>();
  const take = (row: number | undefined): void => {
    if (row !== undefined && chosen.size < count) chosen.add(row);
  };
  // Missing cells of all columns first, then the smallest values, and so on: a few rows already cover every column.
  for (let kind = 0; kind < 4; kind += 1) for (const ofColumn of odd) take(ofColumn[kind]);
  for (const row of rows) take(row);
  return Int32Array.from(chosen).sort();
}

/** Float32 as little-endian bytes in hexadecimal, 8 digits a number: the same text on every machine. */
export function encodeFloat32(values: Float32Array): string {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return hexOf(bytes);
}

/** The inverse of `encodeFloat32`. */
export function decodeFloat32(hex: string): Float32Array {
  const bytes = bytesOfHex(hex);
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 2 }, (_, at) => view.getFloat32(4 * at, true));
}

/** A feature vector, prepared columns as bytes, or cells that are not zero as bytes. */
type SeenForm =
  | Float32Array
  | { readonly names: readonly string[]; readonly cells: readonly string[]; readonly sparse?: true };

/** What one row gave: its features in the form that the model takes (a blend in several), and its scores. */
export interface Replay {
  readonly features: readonly (SeenForm | readonly SeenForm[])[];
  readonly scores: readonly (readonly number[])[];
}

/** A cell as bytes, and what it is called. */
interface SeenCell {
  readonly name: string;
  readonly bytes: string;
  readonly sparse: boolean;
}

/** The block of numbers, and the cells of all other forms one after the other. */
function seenOf(features: Replay['features'][number]): {
  readonly block: Float32Array | null;
  readonly cells: readonly SeenCell[];
} {
  const forms = features instanceof Float32Array || 'cells' in features ? [features] : features;
  return {
    block: forms.find((form) => form instanceof Float32Array) ?? null,
    cells: forms.flatMap((form) =>
      form instanceof Float32Array
        ? []
        : form.cells.map((bytes, at) => ({
            name: form.names[at] ?? String(at),
            bytes,
            sparse: form.sparse === true,
          })),
    ),
  };
}

/** Writes down what chosen rows give now, to be asked again wherever the bundle runs. */
export function recordGolden(
  backend: Backend,
  inputs: readonly GoldenRow['input'][],
  replay: Replay,
): Golden {
  const rows = inputs.map((input, row) => {
    const features = replay.features[row];
    const scores = replay.scores[row];
    if (features === undefined || scores === undefined)
      throw new RangeError(`golden row ${row} was not replayed`);
    const { block, cells } = seenOf(features);
    return {
      input,
      features: encodeFloat32(block ?? new Float32Array(0)),
      ...(features instanceof Float32Array ? {} : { prepared: cells.map(({ bytes }) => bytes) }),
      scores: [...scores],
    };
  });
  return { backend, rows };
}

/** A golden row that came out differently. */
export interface GoldenMismatch {
  /** From 0, in `golden.json`. */
  readonly row: number;
  readonly what: 'features' | 'scores';
  readonly message: string;
}

/** Largest difference of a score between backends, absolute up to 1 and relative beyond. */
export const goldenTolerance = 1e-5;

/** The same backend and version: predictions must then be equal bit for bit. */
export function sameBackend(left: Backend, right: Backend): boolean {
  return left.name === right.name && left.version === right.version;
}

const viewOf = (hex: string): DataView => new DataView(bytesOfHex(hex).buffer);

/** Bytes of a prepared cell for a reader: a float64 as its number, anything else as it is. */
const shown = (hex: string | undefined): string =>
  hex?.length === 16 ? String(viewOf(hex).getFloat64(0, true)) : (hex ?? 'nothing');

/** A place and its value, of a row without its zeros. */
function shownCell(hex: string | undefined): string {
  if (hex?.length !== 16) return hex ?? 'nothing';
  const view = viewOf(hex);
  return `${view.getFloat32(4, true)} at place ${view.getInt32(0, true)}`;
}

function cellMismatch(
  row: number,
  recorded: readonly string[],
  cells: readonly SeenCell[],
): GoldenMismatch | undefined {
  const length = Math.max(recorded.length, cells.length);
  for (let at = 0; at < length; at += 1) {
    const cell = cells[at];
    if (recorded[at] === cell?.bytes) continue;
    const sparse = (cell ?? cells.at(-1))?.sparse === true;
    const name = cell?.name ?? String(at);
    const message = sparse
      ? `golden row ${row}: feature ${name} is ${shownCell(cell?.bytes)}, expected ${shownCell(recorded[at])}`
      : `golden row ${row}: prepared column ${name} is ${shown(cell?.bytes)}, expected ${shown(recorded[at])}`;
    return { row, what: 'features', message };
  }
  return undefined;
}

function featureMismatch(
  row: number,
  { features: recorded, prepared = [] }: GoldenRow,
  got: Replay['features'][number],
): GoldenMismatch | undefined {
  const { block, cells } = seenOf(got);
  return (
    cellMismatch(row, prepared, cells) ?? (block === null ? undefined : blockMismatch(row, recorded, block))
  );
}

function blockMismatch(row: number, recorded: string, got: Float32Array): GoldenMismatch | undefined {
  const now = encodeFloat32(got);
  if (now === recorded) return undefined;
  const expected = decodeFloat32(recorded);
  const at = expected.findIndex((value, i) => !Object.is(value, got[i]));
  const message =
    expected.length === got.length
      ? `golden row ${row}: feature ${at} is ${got[at]}, expected ${expected[at]}`
      : `golden row ${row}: ${got.length} features, expected ${expected.length}`;
  return { row, what: 'features', message };
}

function scoreMismatch(
  row: number,
  recorded: readonly number[],
  got: readonly number[],
  exact: boolean,
): GoldenMismatch | undefined {
  const close = (expected: number, value: number): boolean =>
    Object.is(expected, value) ||
    (!exact && Math.abs(expected - value) <= goldenTolerance * Math.max(1, Math.abs(expected)));
  if (recorded.length === got.length && recorded.every((expected, i) => close(expected, got[i] ?? NaN)))
    return undefined;
  return {
    row,
    what: 'scores',
    message: `golden row ${row}: scores ${got.join(', ')}, expected ${recorded.join(', ')}`,
  };
}

/**
 * Compares what the golden rows give here with what they gave at training: features bit for bit, scores bit for bit
 * on the backend that trained (`exact`), within 1e-5 on another. Empty = no skew.
 */
export function checkGolden(golden: Golden, replay: Replay, exact: boolean): readonly GoldenMismatch[] {
  return golden.rows.flatMap((expected, row) => {
    const features = replay.features[row];
    const scores = replay.scores[row];
    if (features === undefined || scores === undefined)
      return [{ row, what: 'scores' as const, message: `golden row ${row} was not answered` }];
    return [
      featureMismatch(row, expected, features),
      scoreMismatch(row, expected.scores, scores, exact),
    ].filter((mismatch) => mismatch !== undefined);
  });
}
