import type { TrainingLabels } from './labels.ts';
import { damagedState } from './params.ts';
import type { PreparedColumn, StepColumn } from './prepared.ts';
import type { FittedStep } from './spec.ts';
import { mapNumbers, numbersOf } from './transform.ts';
import type {
  ColumnStep,
  EncoderStep,
  ScalarStep,
  Step,
  StepCell,
  StepInput,
  Transform,
  Write,
} from './transform.ts';
import { transforms } from './transforms/index.ts';

const byName: ReadonlyMap<string, Transform> = new Map(
  transforms.map((transform) => [transform.name, transform]),
);

/** The transform of that name, or undefined. */
export const findTransform = (name: string): Transform | undefined => byName.get(name);

/** One fitted step as code, for a column of that kind. Throws a `damaged` error where state and transform do not fit. */
export function compileStep(fitted: FittedStep, input: StepInput): Step {
  const transform = findTransform(fitted.transform);
  if (transform === undefined || !('compile' in transform))
    throw damagedState(`there is no step ${JSON.stringify(fitted.transform)}`);
  if (!transform.accepts.includes(input.kind))
    throw damagedState(`${transform.name} does not work on ${input.name}, a column of kind ${input.kind}`);
  return transform.compile(fitted.state, input);
}

/** What the step after this one is given. */
export function inputAfter(step: ScalarStep | ColumnStep, { name }: StepInput): StepInput {
  if (step.role === 'scalar') return { name, kind: step.gives };
  return {
    name: step.name ?? name,
    kind: step.gives,
    ...(step.size === undefined ? {} : { size: step.size }),
    ...(step.labels === undefined ? {} : { labels: step.labels }),
  };
}

/** The column that a scalar step makes of a number or time column. */
const mapColumn = ({ map, gives }: ScalarStep, column: StepColumn): PreparedColumn => ({
  kind: gives,
  values: mapNumbers(column, map),
});

/** The column that a step other than an encoder makes. */
export function runStep(step: ScalarStep | ColumnStep, column: StepColumn): StepColumn {
  return step.role === 'scalar' ? mapColumn(step, column) : step.map(column);
}

/** Two scalar steps as one. */
const fuse = (first: ScalarStep, second: ScalarStep): ScalarStep => ({
  role: 'scalar',
  gives: second.gives,
  map: (value) => second.map(first.map(value)),
});

/** A prepared column as code: from the table's column to it. */
export interface CompiledColumn {
  readonly run: (column: StepColumn) => PreparedColumn;
  /** The same for rows of the training part, where a step must not tell them their own labels. */
  readonly outOfFold?: (
    training: StepColumn,
    labels: TrainingLabels,
  ) => (column: StepColumn, folds: Int8Array) => PreparedColumn;
  /** The same of one cell, where every step has a form for one. */
  readonly cell?: (cell: StepCell) => StepCell;
  /** What an encoding of it is given. */
  readonly input: StepInput;
}

/** Steps on one cell, one after the other; undefined where one of them has no form for that. */
function compileCell(steps: readonly (ScalarStep | ColumnStep)[]): CompiledColumn['cell'] {
  const forms: ((cell: StepCell) => StepCell)[] = [];
  for (const step of steps) {
    if (step.role === 'column' && step.cell === undefined) return undefined;
    forms.push(
      step.role === 'column' ? step.cell! : (cell) => step.map(typeof cell === 'number' ? cell : Number.NaN),
    );
  }
  const [only, ...others] = forms;
  if (only === undefined) return (cell) => cell;
  if (others.length === 0) return only;
  return (cell) => others.reduce((current, form) => form(current), only(cell));
}

const isPrepared = (column: StepColumn): column is PreparedColumn =>
  column.kind !== 'category' && column.kind !== 'text';

/** What prepares a column. Throws a `damaged` error for states that `fit` would not have made. */
export function compileColumn(steps: readonly FittedStep[], from: StepInput): CompiledColumn {
  let input = from;
  const compiled: (ScalarStep | ColumnStep)[] = [];
  for (const fitted of steps) {
    const step = compileStep(fitted, input);
    if (step.role === 'encoder') throw damagedState(`${fitted.transform} prepares no column`);
    const last = compiled.at(-1);
    if (last?.role === 'scalar' && step.role === 'scalar') compiled[compiled.length - 1] = fuse(last, step);
    else compiled.push(step);
    input = inputAfter(step, input);
  }
  if (input.kind === 'category' || input.kind === 'text')
    throw damagedState(`a prepared column of ${from.name} is of words`);
  const asPrepared = (column: StepColumn): PreparedColumn => {
    if (isPrepared(column)) return column;
    throw new TypeError(`a prepared column of ${from.name} is of words`);
  };
  const through = (column: StepColumn, steps: typeof compiled): StepColumn => {
    let current = column;
    for (const step of steps) current = runStep(step, current);
    return current;
  };
  const run: CompiledColumn['run'] = (column) => asPrepared(through(column, compiled));
  const cell = compileCell(compiled);
  const made = { run, input, ...(cell === undefined ? {} : { cell }) };
  const place = compiled.findIndex((step) => step.role === 'column' && step.outOfFold !== undefined);
  const step = compiled[place];
  if (step?.role !== 'column' || step.outOfFold === undefined) return made;
  const [before, rest, learnt] = [compiled.slice(0, place), compiled.slice(place + 1), step.outOfFold];
  return {
    ...made,
    outOfFold: (training, labels) => {
      const told = learnt(through(training, before), labels);
      return (column, folds) => asPrepared(through(told(through(column, before), folds), rest));
    },
  };
}

/**
 * Magnitude that no plain number exceeds: more than any time or exact integer of a double, little enough that a
 * float32 net can still add up products of it.
 */
const largest = 1e16;

/** What a plain number becomes at the end of a chain: missing is 0, infinite ±1e16, −0 is 0. */
export function finished(value: number): number {
  if (value >= -largest && value <= largest) return value + 0;
  if (Number.isNaN(value)) return 0;
  return value > 0 ? largest : -largest;
}

const plainWrite: Write = (column, out, offset, stride) => {
  const values = numbersOf(column);
  for (let i = 0, at = offset; i < values.length; i += 1, at += stride) out[at] = finished(values[i]!);
};

const sparseWrite: Write = (column, out, offset, stride) => {
  if (column.kind !== 'sparse') throw new TypeError(`expected sparse counts, got a ${column.kind} column`);
  const { starts, indices, values } = column;
  for (let row = 0, at = offset; row + 1 < starts.length; row += 1, at += stride)
    for (let k = starts[row]!; k < starts[row + 1]!; k += 1) out[at + indices[k]!] = values[k]!;
};

/** How a chain ends that names no encoder: a plain number, or one output for each sparse column. */
function plainEnd({ name, kind, size = 0, labels }: StepInput): EncoderStep {
  switch (kind) {
    case 'number':
    case 'time':
      return { role: 'encoder', width: 1, outputs: () => [name], write: plainWrite };
    case 'sparse':
      return {
        role: 'encoder',
        width: size,
        outputs: () => (labels?.() ?? []).map((label) => `${name}${label}`),
        write: sparseWrite,
      };
    case 'codes':
    case 'category':
    case 'text':
      throw damagedState(`an encoding of ${name} ends in ${kind === 'codes' ? 'codes' : 'words'}`);
  }
}

/** Scalar steps, then an encoder: as one. */
function after(scalar: ScalarStep | null, encoder: EncoderStep): EncoderStep {
  if (scalar === null) return encoder;
  const { map } = scalar;
  const { places } = encoder;
  if (encoder.write !== plainWrite)
    return {
      ...encoder,
      write: (column, out, offset, stride) => encoder.write(mapColumn(scalar, column), out, offset, stride),
      ...(places && { places: (column) => places(mapColumn(scalar, column)) }),
    };
  return {
    ...encoder,
    write: (column, out, offset, stride) => {
      const values = numbersOf(column);
      for (let i = 0, at = offset; i < values.length; i += 1, at += stride)
        out[at] = finished(map(values[i]!));
    },
  };
}

/**
 * What encodes a prepared column. Without an encoder at its end it is one plain number (see `finished`). Throws a
 * `damaged` error for states that `fit` would not have made.
 */
export function compileEncoding(steps: readonly FittedStep[], from: StepInput): EncoderStep {
  let input = from;
  let scalar: ScalarStep | null = null;
  for (const [position, fitted] of steps.entries()) {
    const step = compileStep(fitted, input);
    switch (step.role) {
      case 'column':
        throw damagedState(`${fitted.transform} prepares ${from.name}, it does not encode it`);
      case 'encoder':
        if (position < steps.length - 1) throw damagedState(`${fitted.transform} has to be the last step`);
        return after(scalar, step);
      case 'scalar':
        scalar = scalar === null ? step : fuse(scalar, step);
        input = inputAfter(step, input);
    }
  }
  return after(scalar, plainEnd(input));
}
