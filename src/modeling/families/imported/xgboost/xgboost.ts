import { treeBackend } from '../../../trees/backend.ts';
import { layOut } from '../../../trees/forest.ts';
import type { Tree } from '../../../trees/tree.ts';
import type { ForeignInput, ForeignModel } from '../foreign.ts';
import { categoryWords } from './categories.ts';
import {
  integersAt,
  listAt,
  numbersAt,
  objectAt,
  parameterCount,
  parameterNumbers,
  parseXgboostJson,
  refused,
} from './document.ts';
import type { Json } from './document.ts';
import { objectiveOf } from './objective.ts';
import { singleSums } from './sums.ts';
import { readTree } from './tree.ts';
import type { ReadTree } from './tree.ts';
import { NotUbjson, parseUbjson } from './ubjson.ts';

function documentOf(bytes: Uint8Array, format: 'xgboost-json' | 'xgboost-ubj'): Json {
  if (format === 'xgboost-json')
    return objectAt(parseXgboostJson(new TextDecoder().decode(bytes)), 'the document');
  try {
    return objectAt(parseUbjson(bytes), 'the document');
  } catch (error) {
    if (error instanceof NotUbjson) throw refused(`it is no UBJSON document: ${error.message}`);
    throw error;
  }
}

/** The trees' part of the booster, and the weight of each tree. */
function boosterOf(learner: Json): { readonly model: Json; readonly weights: readonly number[] | null } {
  const booster = objectAt(learner['gradient_booster'], 'gradient_booster');
  const name = booster['name'];
  if (name === 'gblinear')
    throw refused(
      'its booster is gblinear, a linear model',
      'Train family linear in its place: `aieng train --family linear`.',
    );
  if (name !== 'gbtree' && name !== 'dart')
    throw refused(
      `its booster is ${typeof name === 'string' ? name.slice(0, 40) : 'not named'}, expected gbtree or dart`,
    );
  const inner =
    name === 'dart' && booster['model'] === undefined ? objectAt(booster['gbtree'], 'gbtree') : booster;
  const model = objectAt(inner['model'], 'the model of the booster');
  const weights = booster['weight_drop'] ?? model['weight_drop'];
  if (name === 'dart' && weights === undefined)
    throw refused('its booster is dart, and weight_drop is absent');
  return {
    model,
    weights: weights === undefined ? null : numbersAt(weights, 'weight_drop').map(Math.fround),
  };
}

const wordsAt = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? each : '')) : [];

interface Read {
  readonly features: number;
  readonly outputs: number;
  readonly trees: readonly ReadTree[];
  readonly outputOf: readonly number[];
  readonly base: readonly number[];
  readonly objective: string;
  readonly inputs: readonly ForeignInput[];
  readonly notes: readonly string[];
}

function inputsOf(
  learner: Json,
  features: number,
  trees: readonly ReadTree[],
  words: ReturnType<typeof categoryWords>,
): readonly ForeignInput[] {
  const names = wordsAt(learner['feature_names']);
  const types = wordsAt(learner['feature_types']);
  if (names.length > 0 && names.length !== features)
    throw refused(`it has ${names.length} names of ${features} features`);
  const split = new Set(trees.flatMap(({ categorical }) => [...categorical]));
  return Array.from({ length: features }, (_, at) => ({
    name: names[at] ?? `f${at}`,
    categorical: types[at] === 'c' || split.has(at),
    ...(words[at] === undefined ? {} : { words: words[at] }),
  }));
}

/** How many rounds early stopping found best, where fewer than there are: who saved the model may have meant these. */
function notesOf(learner: Json, rounds: number): readonly string[] {
  const attributes = learner['attributes'];
  if (typeof attributes !== 'object' || attributes === null || !('best_iteration' in attributes)) return [];
  const best = Number(attributes.best_iteration) + 1;
  return Number.isInteger(best) && best < rounds
    ? [
        `Early stopping found ${best} of its ${rounds} rounds best; all are used, as Booster.predict does. To keep the best alone save booster[:${best}].`,
      ]
    : [];
}

function readLearner(document: Json): Read {
  const learner = objectAt(document['learner'], 'learner');
  integersAt(document['version'], 'version', [0, 1e6]);
  const parameters = objectAt(learner['learner_model_param'], 'learner_model_param');
  if (parameterCount(parameters['num_target'], 'num_target', 1) > 1)
    throw refused('it answers several targets at once', 'Save one model a target.');
  const features = parameterCount(parameters['num_feature'], 'num_feature');
  const outputs = Math.max(1, parameterCount(parameters['num_class'], 'num_class', 0));
  const { model, weights } = boosterOf(learner);
  const own = objectAt(model['gbtree_model_param'], 'gbtree_model_param');
  if (parameterCount(own['size_leaf_vector'], 'size_leaf_vector', 0) > 1)
    throw refused(
      'its leaves are vectors (multi_strategy multi_output_tree)',
      'Train with one_output_per_tree.',
    );
  const list = listAt(model['trees'], 'trees');
  const claimed = parameterCount(own['num_trees'], 'num_trees', list.length);
  if (claimed !== list.length) throw refused(`it claims ${claimed} trees and has ${list.length}`);
  const outputOf = integersAt(model['tree_info'], 'tree_info', [0, outputs - 1], list.length);
  if (weights !== null && weights.length !== list.length)
    throw refused(`weight_drop has ${weights.length} entries for ${list.length} trees`);
  const trees = list.map((tree, at) => readTree(tree, features, `tree ${at}`, weights?.[at] ?? 1));
  if (weights?.some((weight) => !Number.isFinite(weight)) === true)
    throw refused('a weight of a tree is no finite number');
  const objective = objectAt(learner['objective'], 'objective')['name'];
  const base = parameterNumbers(parameters['base_score'], 'base_score');
  if (base.length !== 1 && base.length !== outputs)
    throw refused(`base_score has ${base.length} entries for ${outputs} outputs`);
  return {
    features,
    outputs,
    trees,
    outputOf,
    base,
    objective: typeof objective === 'string' ? objective : '',
    inputs: inputsOf(learner, features, trees, categoryWords(model['cats'], features)),
    notes: notesOf(
      learner,
      list.length / outputs / Math.max(1, parameterCount(own['num_parallel_tree'], 'num_parallel_tree', 1)),
    ),
  };
}

/** Trees in turn by output, as contributions are computed: tree `i` adds to output `i mod outputs`. */
function inTurn(trees: readonly Tree[], outputOf: readonly number[], outputs: number): readonly Tree[] {
  const by = Array.from({ length: outputs }, (_, output) =>
    trees.filter((_tree, at) => outputOf[at] === output),
  );
  const most = Math.max(...by.map((own) => own.length));
  const none: Tree = {
    ...{ leafValue: new Float64Array(1), splitFeature: new Int32Array(0), threshold: new Float64Array(0) },
    ...{ decision: new Uint8Array(0), left: new Int32Array(0), right: new Int32Array(0) },
    ...{ catBoundaries: new Int32Array(0), catThreshold: new Uint32Array(0) },
  };
  return Array.from({ length: most }, (_, at) => by.map((own) => own[at] ?? none)).flat();
}

/** XGBoost's model in JSON or UBJSON: the same raw sums as XGBoost's, float32 bit for bit. */
export function readXgboost(bytes: Uint8Array, format: 'xgboost-json' | 'xgboost-ubj'): ForeignModel {
  const {
    features,
    outputs,
    trees: read,
    outputOf,
    base,
    objective,
    inputs,
    notes,
  } = readLearner(documentOf(bytes, format));
  const { answers, margin, answersOf, answer } = objectiveOf(objective, outputs);
  const categorical = inputs.flatMap((input, at) => (input.categorical === true ? [at] : []));
  const mixed = read.some(({ numeric }) => categorical.some((feature) => numeric.has(feature)));
  if (mixed) throw refused('a feature is split both as a number and by its categories');
  // Beyond the categories of all sets: what is missing, and what no set knows.
  const missing = 1 + Math.max(-1, ...read.map(({ largestCategory }) => largestCategory));
  const trees = read.map(({ made }) => made(missing));
  const forest = layOut(trees);
  const margins = Float64Array.from({ length: outputs }, (_, at) =>
    Math.fround(margin(Math.fround(base[base.length === 1 ? 0 : at]!))),
  );
  const cellsOf = (cells: Float64Array): Float64Array => {
    const own = cells.map(Math.fround);
    for (const feature of categorical)
      for (let at = feature; at < own.length; at += features) {
        const value = own[at]!;
        own[at] = Number.isNaN(value)
          ? missing
          : value > -1 && value < missing
            ? Math.trunc(value)
            : missing + 1;
      }
    return own;
  };
  return {
    format,
    told: `XGBoost, objective ${objective}, ${trees.length} trees`,
    inputs,
    outputs,
    answers,
    parameters: trees.reduce((sum, { leafValue, threshold }) => sum + leafValue.length + threshold.length, 0),
    backend: treeBackend,
    notes,
    sums: (cells) => singleSums(forest, cellsOf(cells), features, outputOf, margins),
    answersOf,
    explained: () => ({
      ...{ trees: inTurn(trees, outputOf, outputs), base: margins, cellsOf, answer },
      single: { missingCategory: missing },
    }),
  };
}
