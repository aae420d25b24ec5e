import { exportHints, onnxRefused } from './refused.ts';
import { fieldReader, ignored, readMessage, refusedField, textOf } from './message.ts';
import { readTensor } from './tensor.ts';
import type { OnnxTensor } from './tensor.ts';

/** What an operator was given beside its inputs. */
export interface OnnxAttribute {
  readonly name: string;
  readonly float: number | null;
  readonly whole: number | null;
  readonly text: string | null;
  readonly tensor: OnnxTensor | null;
  readonly floats: readonly number[];
  readonly wholes: readonly number[];
  readonly texts: readonly string[];
}

export interface OnnxNode {
  readonly operator: string;
  /** '' is ai.onnx. */
  readonly domain: string;
  /** '' where one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  /** The message as it stood in the file. */
  readonly bytes: Uint8Array;
}

function readAttribute(bytes: Uint8Array): OnnxAttribute {
  const {
    content,
    once,
    text,
    whole,
    wholes: takeWholes,
    floats: takeFloats,
  } = fieldReader('attribute', bytes);
  const own = {
    name: '',
    float: null as number | null,
    whole: null as number | null,
    text: null as string | null,
  };
  let tensor: OnnxTensor | null = null;
  const floats: number[] = [];
  const wholes: number[] = [];
  const texts: string[] = [];
  const subgraph = refusedField('a graph within its graph (If, Loop or Scan)');
  readMessage('attribute', bytes, {
    1: (field) => (own.name = text(field)),
    2: (field) => {
      const one: number[] = [];
      takeFloats(field, one);
      own.float = one[0] ?? null;
    },
    3: (field) => (own.whole = whole(field)),
    4: (field) => (own.text = textOf(content(field))),
    5: (field) => (tensor = readTensor(once(field))),
    6: subgraph,
    7: (field) => takeFloats(field, floats),
    8: (field) => takeWholes(field, wholes),
    9: (field) => texts.push(textOf(content(field))),
    10: refusedField('a list of tensors in one attribute'),
    11: subgraph,
    13: ignored,
    14: refusedField('a type as an attribute'),
    15: refusedField('types as attributes'),
    20: (field) => void whole(field),
    21: refusedField('attributes of a function', exportHints.plain),
    22: refusedField('sparse tensors'),
    23: refusedField('sparse tensors'),
  });
  return { ...own, tensor, floats, wholes, texts };
}

/** One operator of a graph with its attributes. */
export function readNode(bytes: Uint8Array): OnnxNode {
  const { content, text } = fieldReader('node', bytes);
  const [inputs, outputs]: string[][] = [[], []];
  const attributes = new Map<string, OnnxAttribute>();
  let [operator, domain] = ['', ''];
  readMessage('node', bytes, {
    1: (field) => inputs!.push(text(field)),
    2: (field) => outputs!.push(text(field)),
    3: (field) => void text(field),
    4: (field) => (operator = text(field)),
    5: (field) => {
      const attribute = readAttribute(content(field));
      if (attributes.has(attribute.name))
        throw onnxRefused(`operator ${operator} has its attribute ${attribute.name} twice`);
      attributes.set(attribute.name, attribute);
    },
    6: ignored,
    7: (field) => (domain = text(field)),
    8: refusedField('an overload of a function', exportHints.plain),
    9: ignored,
    10: ignored,
  });
  return {
    operator,
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: inputs!,
    outputs: outputs!,
    attributes,
    bytes,
  };
}
