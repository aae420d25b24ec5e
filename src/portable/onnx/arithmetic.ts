import type { Graph, Value } from './graph.ts';

/** A value, or one number for all rows. */
export type Operand = Value | number;

/** Operators of numbers and of truths, by the signs that they have elsewhere. What compares with NaN is false. */
export interface Arithmetic {
  readonly add: (left: Operand, right: Operand) => Value;
  readonly subtract: (left: Operand, right: Operand) => Value;
  readonly multiply: (left: Operand, right: Operand) => Value;
  readonly divide: (left: Operand, right: Operand) => Value;
  readonly less: (left: Operand, right: Operand) => Value;
  readonly atMost: (left: Operand, right: Operand) => Value;
  readonly greater: (left: Operand, right: Operand) => Value;
  readonly atLeast: (left: Operand, right: Operand) => Value;
  readonly isMissing: (value: Value) => Value;
  readonly where: (truth: Value, then: Operand, otherwise: Operand) => Value;
  readonly apply: (
    operator: 'Abs' | 'Floor' | 'Log' | 'Exp' | 'Sqrt' | 'Sign' | 'Sin' | 'Cos',
    value: Value,
  ) => Value;
  /** Truths or whole numbers as numbers. */
  readonly asNumber: (value: Value) => Value;
  /** As whole numbers, for places in tables. */
  readonly asWhole: (value: Value) => Value;
  /** The value itself where it lies between the bounds; what is missing stays so. */
  readonly between: (value: Value, low: number, high: number) => Value;
  /** `value` over many columns summed up row by row: one column. */
  readonly sumOfRow: (value: Value) => Value;
}

/** Types of elements, as `Cast` names them. */
const casts = { double: 11, int64: 7, float: 1, bool: 9 } as const;

export const cast = (graph: Graph, value: Value, to: keyof typeof casts): Value =>
  graph.op('Cast', [value], { to: casts[to] });

export function arithmetic(graph: Graph): Arithmetic {
  const given = (operand: Operand): Value => (typeof operand === 'number' ? graph.number(operand) : operand);
  const two =
    (operator: string) =>
    (left: Operand, right: Operand): Value =>
      graph.op(operator, [given(left), given(right)]);
  const where: Arithmetic['where'] = (truth, then, otherwise) =>
    graph.op('Where', [truth, given(then), given(otherwise)]);
  const [less, greater] = [two('Less'), two('Greater')];
  return {
    add: two('Add'),
    subtract: two('Sub'),
    multiply: two('Mul'),
    divide: two('Div'),
    less,
    greater,
    atMost: two('LessOrEqual'),
    atLeast: two('GreaterOrEqual'),
    isMissing: (value) => graph.op('IsNaN', [value]),
    where,
    apply: (operator, value) => graph.op(operator, [value]),
    asNumber: (value) => cast(graph, value, 'double'),
    asWhole: (value) => cast(graph, value, 'int64'),
    between: (value, low, high) => where(less(value, low), low, where(greater(value, high), high, value)),
    sumOfRow: (value) => graph.op('ReduceSum', [value, graph.wholes([1])], { keepdims: 1 }),
  };
}

/** Columns beside each other. */
export const beside = (graph: Graph, values: readonly Value[]): Value =>
  values.length === 1 ? values[0]! : graph.op('Concat', values, { axis: 1 });

/** The entry of a table of numbers for each place. Places are one column; so is what comes out. */
export const entryAt = (graph: Graph, table: ArrayLike<number>, place: Value): Value =>
  graph.op('Gather', [graph.constant({ type: 'double', dims: [table.length], numbers: table }), place], {
    axis: 0,
  });
