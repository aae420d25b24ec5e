import { exportHints, onnxRefused } from './refused.ts';
import { fieldReader, ignored, readMessage, refusedField, textOf } from './message.ts';
import { readNode } from './node.ts';
import type { OnnxNode } from './node.ts';
import { readTensor } from './tensor.ts';
import type { OnnxTensor } from './tensor.ts';
import { readValue } from './value.ts';
import type { Field } from './wire.ts';
import type { OnnxValue } from './value.ts';

/** A graph, and the bytes of its parts as they stood in the file. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

export interface OnnxModel {
  readonly irVersion: number;
  /** `skl2onnx 1.20.0`, or '' where the file does not say it. */
  readonly producer: string;
  /** Version by domain; '' is ai.onnx. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
}

const mostParts = 50_000;

function readGraph(bytes: Uint8Array): OnnxGraph {
  const { content, text } = fieldReader('graph', bytes);
  const graph = {
    nodes: [] as OnnxNode[],
    initializers: [] as OnnxTensor[],
    inputs: [] as OnnxValue[],
    outputs: [] as OnnxValue[],
  };
  let parts = 0;
  const counted = (): void => {
    parts += 1;
    if (parts > mostParts)
      throw onnxRefused(`its graph has more than ${mostParts} nodes and tensors`, 'Export a smaller model.');
  };
  readMessage('graph', bytes, {
    1: (field) => {
      counted();
      graph.nodes.push(readNode(content(field)));
    },
    2: (field) => void text(field),
    5: (field) => {
      counted();
      graph.initializers.push(readTensor(content(field)));
    },
    10: ignored,
    11: (field) => {
      counted();
      graph.inputs.push(readValue(content(field)));
    },
    12: (field) => {
      counted();
      graph.outputs.push(readValue(content(field)));
    },
    13: ignored,
    14: ignored,
    15: refusedField('sparse weights', 'Export it with dense weights.'),
    16: ignored,
  });
  return graph;
}

function readOpset(bytes: Uint8Array): readonly [domain: string, version: number] {
  const { text, whole } = fieldReader('opset', bytes);
  let [domain, version] = ['', 0];
  readMessage('opset', bytes, {
    1: (field) => (domain = text(field)),
    2: (field) => (version = whole(field)),
  });
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** Some write pages into these. */
const plainWord = /^[\w.+-]{1,40}$/;
const madeBy = (producer: string, version: string): string =>
  [producer, version].filter((word) => plainWord.test(word)).join(' ');

/** The fields of an ONNX file. Nothing of it is believed yet but that it is one. @throws refused for what is none */
export function readModel(bytes: Uint8Array): OnnxModel {
  const { content, once, whole } = fieldReader('model', bytes);
  const long = (field: Field): string => textOf(content(field));
  const opsets = new Map<string, number>();
  let irVersion = 0;
  let [producer, producerVersion] = ['', ''];
  let graph: OnnxGraph | undefined;
  readMessage('model', bytes, {
    1: (field) => (irVersion = whole(field)),
    2: (field) => (producer = long(field)),
    3: (field) => (producerVersion = long(field)),
    4: ignored,
    5: ignored,
    6: ignored,
    7: (field) => (graph = readGraph(once(field))),
    8: (field) => {
      const [domain, version] = readOpset(content(field));
      // skl2onnx says the same twice now and then.
      const known = opsets.get(domain) ?? version;
      if (known !== version)
        throw onnxRefused(
          `its opset of ${domain || 'ai.onnx'} is ${known} and ${version}`,
          exportHints.operators,
        );
      opsets.set(domain, version);
    },
    14: ignored,
    20: refusedField('a part for training'),
    25: refusedField('functions of its own', exportHints.plain),
    26: ignored,
  });
  if (graph === undefined) throw onnxRefused('there is no graph in it');
  return { irVersion, producer: madeBy(producer, producerVersion), opsets, graph };
}
