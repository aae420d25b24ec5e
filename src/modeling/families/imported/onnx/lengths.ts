import { onnxRefused } from './refused.ts';
import { labelsOf, numbersIn, textsIn, wholesIn } from './ensembles.ts';
import type { OnnxNode } from './node.ts';

const told = ({ operator }: OnnxNode): string => `its ${operator}`;

function linear(node: OnnxNode): void {
  const coefficients = numbersIn(node, 'coefficients').length;
  const intercepts = numbersIn(node, 'intercepts').length;
  const outputs =
    node.operator === 'LinearClassifier'
      ? // Of two classes there may be one sum.
        intercepts || labelsOf(node).length
      : (node.attributes.get('targets')?.whole ?? 1);
  if (
    !(outputs >= 1) ||
    coefficients === 0 ||
    coefficients % outputs !== 0 ||
    ![0, outputs].includes(intercepts)
  )
    throw onnxRefused(`${told(node)} has ${coefficients} coefficients and ${intercepts} intercepts`);
}

function scaler(node: OnnxNode): void {
  const [offset, scale] = [numbersIn(node, 'offset').length, numbersIn(node, 'scale').length];
  if (offset !== scale) throw onnxRefused(`${told(node)} has ${offset} offsets and ${scale} scales`);
}

function encoder(node: OnnxNode): void {
  const count = (side: string): number =>
    textsIn(node, `${side}_strings`).length +
    wholesIn(node, `${side}_int64s`).length +
    numbersIn(node, `${side}_floats`).length +
    (node.attributes.get(`${side}_tensor`)?.tensor?.elements ?? 0);
  const [keys, values] =
    node.operator === 'CategoryMapper'
      ? [textsIn(node, 'cats_strings').length, wholesIn(node, 'cats_int64s').length]
      : [count('keys'), count('values')];
  // Of the first version the labels are their own places.
  if (keys !== values && textsIn(node, 'classes_strings').length === 0)
    throw onnxRefused(`${told(node)} has ${keys} keys and ${values} values`);
}

function supportVectors(node: OnnxNode): void {
  const vectors = numbersIn(node, 'support_vectors').length;
  const coefficients = numbersIn(node, 'coefficients').length;
  const per = wholesIn(node, 'vectors_per_class');
  const supports =
    node.operator === 'SVMRegressor'
      ? (node.attributes.get('n_supports')?.whole ?? 0)
      : per.reduce((sum, count) => sum + count, 0);
  const fits =
    per.every((count) => count >= 0) &&
    coefficients > 0 &&
    (supports === 0 ? vectors === 0 : vectors % supports === 0 && coefficients % supports === 0);
  if (!fits) throw onnxRefused(`${told(node)} has ${vectors} numbers of ${supports} support vectors`);
}

const checks: Readonly<Record<string, (node: OnnxNode) => void>> = {
  ...{ LinearClassifier: linear, LinearRegressor: linear, Scaler: scaler, LabelEncoder: encoder },
  ...{ CategoryMapper: encoder, SVMClassifier: supportVectors, SVMRegressor: supportVectors },
};

/** The lists that an operator of ai.onnx.ml was given go together. */
export const checkLengths = (node: OnnxNode): void => checks[node.operator]?.(node);
