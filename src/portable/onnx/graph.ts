import { modelMessage } from '../../modeling/families/imported/onnx/write.ts';
import type {
  AttributeData,
  NodeData,
  TensorData,
  ValueData,
} from '../../modeling/families/imported/onnx/write.ts';

/** Versions of the operators: of ai.onnx that of 2023 for words that are put together, else that of 2022. */
const opset = 18;
const opsetOfConcat = 20;
const mlOpset = 3;

const mlOperators = new Set(['LabelEncoder', 'TreeEnsembleRegressor']);

/** A value of the graph: the name by which operators take it. */
export type Value = string;

const keyOf = (tensor: TensorData): string =>
  `${tensor.type} ${tensor.dims.join('×')} ${
    tensor.type === 'string' ? JSON.stringify(tensor.words) : Array.from(tensor.numbers, signed).join(' ')
  }`;
/** −0 is another number than 0. */
const signed = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/**
 * An ONNX graph that is being written. Numbers are float64, `rows × columns`, NaN = missing; each operator’s result has a name
 * of its own, and equal constants are one.
 */
export class Graph {
  readonly #nodes: NodeData[] = [];
  readonly #constants = new Map<string, TensorData>();
  readonly #known = new Map<string, Value>();
  readonly #taken: Set<string>;
  readonly #inputs: ValueData[] = [];
  #values = 0;

  /** @param taken names that inputs and outputs have */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  #fresh(of: string): Value {
    let name: string;
    do {
      this.#values += 1;
      name = `${of}_${this.#values}`;
    } while (this.#taken.has(name));
    return name;
  }

  input(value: ValueData): Value {
    this.#inputs.push(value);
    return value.name;
  }

  constant(tensor: TensorData): Value {
    const key = keyOf(tensor);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#fresh('constant');
    this.#constants.set(name, tensor);
    this.#known.set(key, name);
    return name;
  }

  /** One float64, for every row. */
  number(value: number): Value {
    return this.constant({ type: 'double', dims: [], numbers: [value] });
  }

  /** Float64s, one a column. */
  numbers(values: ArrayLike<number>): Value {
    return this.constant({ type: 'double', dims: [1, values.length], numbers: values });
  }

  whole(value: number): Value {
    return this.constant({ type: 'int64', dims: [], numbers: [value] });
  }

  wholes(values: ArrayLike<number>): Value {
    return this.constant({ type: 'int64', dims: [values.length], numbers: values });
  }

  word(value: string): Value {
    return this.constant({ type: 'string', dims: [], words: [value] });
  }

  op(
    operator: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, AttributeData>> = {},
  ): Value {
    const made = this.#fresh(operator);
    const domain = mlOperators.has(operator) ? 'ai.onnx.ml' : '';
    this.#nodes.push({ operator, domain, inputs, outputs: [made], attributes });
    return made;
  }

  /** Gives a value the name that an output has. */
  name(value: Value, as: string): void {
    this.#nodes.push({ operator: 'Identity', domain: '', inputs: [value], outputs: [as], attributes: {} });
  }

  /** The whole as a file. */
  bytes(name: string, outputs: readonly ValueData[], told: Readonly<Record<string, string>>): Uint8Array {
    const used = new Set(this.#nodes.map(({ operator }) => operator));
    const ml = [...mlOperators].some((operator) => used.has(operator));
    return modelMessage({
      name,
      opsets: {
        '': used.has('StringConcat') ? opsetOfConcat : opset,
        ...(ml ? { 'ai.onnx.ml': mlOpset } : {}),
      },
      nodes: this.#nodes,
      constants: this.#constants,
      inputs: this.#inputs,
      outputs,
      told,
    });
  }
}
