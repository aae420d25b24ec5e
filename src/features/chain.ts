import type { Column } from '../data/columns.ts';
import { damagedState } from './params.ts';
import type { FittedStep } from './spec.ts';
import { numbersOf } from './transform.ts';
import type { ScalarStep, Step, StepInput, Transform, Write } from './transform.ts';
import { transforms } from './transforms/index.ts';

const byName: ReadonlyMap<string, Transform> = new Map(
  transforms.map((transform) => [transform.name, transform]),
);

/** The transform of that name, or undefined. */
export const findTransform = (name: string): Transform | undefined => byName.get(name);

/** A chain of fitted steps as code: what it writes for a column, and the names of its outputs. */
interface Chain {
  readonly outputs: readonly string[];
  readonly write: Write;
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

/** The column that a scalar step makes of a number or time column. */
function mapColumn({ map, gives }: ScalarStep, column: Column): Column {
  const from = numbersOf(column);
  const values = new Float64Array(from.length);
  for (let i = 0; i < from.length; i += 1) values[i] = map(from[i]!);
  return { kind: gives, values };
}

/** The column that a step other than an encoder makes. */
export function runStep(step: Exclude<Step, { role: 'encoder' }>, column: Column): Column {
  return step.role === 'scalar' ? mapColumn(step, column) : step.map(column);
}

/** Two scalar steps as one. */
const fuse = (first: ScalarStep, second: ScalarStep): ScalarStep => ({
  role: 'scalar',
  gives: second.gives,
  map: (value) => second.map(first.map(value)),
});

/** Steps before the last, with neighbouring scalar steps fused. */
function fuseSteps(
  steps: readonly Exclude<Step, { role: 'encoder' }>[],
): Exclude<Step, { role: 'encoder' }>[] {
  const fused: Exclude<Step, { role: 'encoder' }>[] = [];
  for (const step of steps) {
    const last = fused.at(-1);
    if (last?.role === 'scalar' && step.role === 'scalar') fused[fused.length - 1] = fuse(last, step);
    else fused.push(step);
  }
  return fused;
}

const plainWrite: Write = (column, out, offset, stride) => {
  const values = numbersOf(column);
  for (let i = 0, at = offset; i < values.length; i += 1, at += stride) out[at] = finished(values[i]!);
};

function scalarWrite({ map }: ScalarStep): Write {
  return (column, out, offset, stride) => {
    const values = numbersOf(column);
    for (let i = 0, at = offset; i < values.length; i += 1, at += stride) out[at] = finished(map(values[i]!));
  };
}

function after(steps: readonly Exclude<Step, { role: 'encoder' }>[], write: Write): Write {
  if (steps.length === 0) return write;
  return (column, out, offset, stride) => {
    let current = column;
    for (const step of steps) current = runStep(step, current);
    write(current, out, offset, stride);
  };
}

/** One fitted step as code, for a column of that kind. Throws a `damaged` error where state and transform do not fit. */
export function compileStep(fitted: FittedStep, input: StepInput): Step {
  const transform = findTransform(fitted.transform);
  if (transform === undefined)
    throw damagedState(`there is no transform ${JSON.stringify(fitted.transform)}`);
  if (!transform.accepts.includes(input.kind))
    throw damagedState(`${transform.name} does not work on the ${input.kind} column ${input.name}`);
  return transform.compile(fitted.state, input);
}

/**
 * A chain of fitted steps as code. Without an encoder at its end it is one plain number column (see `finished`).
 * Throws a `damaged` error for states that `fit` would not have made.
 */
export function compileChain(steps: readonly FittedStep[], input: StepInput): Chain {
  const before: Exclude<Step, { role: 'encoder' }>[] = [];
  let kind = input.kind;
  for (const [position, fitted] of steps.entries()) {
    const step = compileStep(fitted, { name: input.name, kind });
    if (step.role === 'encoder') {
      if (position < steps.length - 1) throw damagedState(`${fitted.transform} has to be the last step`);
      return { outputs: step.outputs, write: after(fuseSteps(before), step.write) };
    }
    before.push(step);
    kind = step.gives;
  }
  if (kind !== 'number' && kind !== 'time') throw damagedState(`a chain of ${input.name} ends in words`);
  const fused = fuseSteps(before);
  const last = fused.at(-1);
  const write =
    last?.role === 'scalar' ? after(fused.slice(0, -1), scalarWrite(last)) : after(fused, plainWrite);
  return { outputs: [input.name], write };
}
