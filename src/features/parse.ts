import type { ColumnKind } from '../data/columns.ts';
import { programOf } from './apply.ts';
import { damagedState } from './params.ts';
import type { FittedFeature, FittedFeatures, FittedStep, Params } from './spec.ts';

type Json = Readonly<Record<string, unknown>>;

const kinds: readonly ColumnKind[] = ['number', 'category', 'time', 'text'];

function object(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damagedState(`${what} is no object`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damagedState(`${what} is no list`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damagedState(`${what} is no text`);
  return value;
}

function kind(value: unknown, what: string): ColumnKind {
  const known = kinds.find((candidate) => candidate === value);
  if (known === undefined) throw damagedState(`${what} is no column kind`);
  return known;
}

function step(value: unknown): FittedStep {
  const { transform, state } = object(value, 'a step');
  // JSON by origin; each transform checks the values of its own state when it is compiled.
  return { transform: text(transform, 'a transform'), state: object(state, 'a state') as Params };
}

function feature(value: unknown): FittedFeature {
  const json = object(value, 'a feature');
  return {
    column: text(json['column'], 'a column'),
    kind: kind(json['kind'], "a column's kind"),
    steps: list(json['steps'], 'steps').map(step),
    outputs: list(json['outputs'], 'outputs').map((name) => text(name, 'an output')),
  };
}

/**
 * Fitted features from parsed JSON that is not trusted (a bundle's `features.json`). Everything in it is checked,
 * also that every step can be run. Throws a `damaged` error.
 */
export function parseFeatures(value: unknown): FittedFeatures {
  const json = object(value, 'the file');
  if (json['version'] !== 1) throw damagedState('this version of aieng reads version 1 of them');
  const inputs = list(json['inputs'], 'inputs').map((item) => {
    const input = object(item, 'an input');
    return { name: text(input['name'], 'an input'), kind: kind(input['kind'], "an input's kind") };
  });
  const fitted: FittedFeatures = {
    version: 1,
    inputs,
    features: list(json['features'], 'features').map(feature),
  };
  for (const { column, kind: expected } of fitted.features)
    if (!inputs.some((input) => input.name === column && input.kind === expected))
      throw damagedState(`${column} is no input`);
  programOf(fitted);
  return fitted;
}
