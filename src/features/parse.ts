import type { ColumnKind } from '../data/columns.ts';
import { damagedState } from './params.ts';
import { programOf } from './program.ts';
import type {
  Derived,
  FittedColumn,
  FittedEncoding,
  FittedFeatures,
  FittedOwn,
  FittedStep,
  Params,
  Plain,
} from './spec.ts';
import { fromVersion1 } from './version1.ts';
import type { Version1Feature } from './version1.ts';

type Json = Readonly<Record<string, unknown>>;

const kinds: readonly ColumnKind[] = ['number', 'category', 'time', 'text'];
const preparedKinds: readonly FittedColumn['kind'][] = ['number', 'time', 'codes', 'sparse'];

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

const outputsOf = (json: Json): readonly string[] =>
  list(json['outputs'], 'outputs').map((name) => text(name, 'an output'));
const stepsOf = (json: Json): readonly FittedStep[] => list(json['steps'], 'steps').map(step);

function version1Feature(value: unknown): Version1Feature {
  const json = object(value, 'a feature');
  return {
    column: text(json['column'], 'a column'),
    kind: kind(json['kind'], "a column's kind"),
    steps: stepsOf(json),
    outputs: outputsOf(json),
  };
}

function preparedColumn(value: unknown): FittedColumn {
  const json = object(value, 'a prepared column');
  const made = preparedKinds.find((candidate) => candidate === json['kind']);
  if (made === undefined) throw damagedState("a prepared column's kind is not known");
  return {
    name: text(json['name'], "a prepared column's name"),
    column: text(json['column'], 'a column'),
    kind: made,
    steps: stepsOf(json),
  };
}

function encoding(value: unknown): FittedEncoding {
  const json = object(value, 'an encoding');
  return { from: text(json['from'], 'a prepared column'), steps: stepsOf(json), outputs: outputsOf(json) };
}

const ways: readonly Derived['how'][] = ['product', 'cross', 'days_between'];

function derivedColumn(value: unknown): Derived {
  const json = object(value, 'a derived column');
  const how = ways.find((candidate) => candidate === json['how']);
  const [first, second, ...rest] = list(json['of'], "a derived column's inputs");
  if (how === undefined || rest.length > 0) throw damagedState('a derived column is not known');
  const of = [text(first, 'an input'), text(second, 'an input')] as const;
  return { name: text(json['name'], "a derived column's name"), how, of };
}

function input(value: unknown): FittedFeatures['inputs'][number] {
  const json = object(value, 'an input');
  return { name: text(json['name'], 'an input'), kind: kind(json['kind'], "an input's kind") };
}

function ownColumn(value: unknown): FittedOwn['columns'][number] {
  const json = object(value, 'an own column');
  return {
    name: text(json['name'], "an own column's name"),
    inputs: list(json['inputs'], 'inputs of an own column').map(input),
    kind: kind(json['kind'], "an own column's kind"),
    // JSON by origin; whether it is what its code expects shows in the golden rows.
    state: (json['state'] ?? null) as Plain,
  };
}

function ownColumns(value: unknown): FittedOwn {
  const json = object(value, 'own columns');
  const code = text(json['code'], 'the code of own columns');
  if (!/^[0-9a-f]{64}$/.test(code)) throw damagedState('the code of own columns is no digest');
  return { code, columns: list(json['columns'], 'own columns').map(ownColumn) };
}

const derivedOf = (json: Json): readonly Derived[] =>
  list(json['derived'], 'derived columns').map(derivedColumn);

function ofVersion1(json: Json, inputs: FittedFeatures['inputs']): FittedFeatures {
  const features = list(json['features'], 'features').map(version1Feature);
  for (const { column, kind: expected } of features)
    if (!inputs.some((known) => known.name === column && known.kind === expected))
      throw damagedState(`${column} is no input`);
  return fromVersion1(inputs, features);
}

/**
 * Fitted features from parsed JSON that is not trusted (a bundle's `features.json`), in today's form. Everything in it
 * is checked, also that every step can be run. Throws a `damaged` error.
 */
export function parseFeatures(value: unknown): FittedFeatures {
  const json = object(value, 'the file');
  const { version } = json;
  if (version !== 1 && version !== 2 && version !== 3 && version !== 4)
    throw damagedState('this version of aieng reads versions 1 to 4 of them');
  const inputs = list(json['inputs'], 'inputs').map(input);
  const fitted: FittedFeatures =
    version === 1
      ? ofVersion1(json, inputs)
      : {
          version,
          inputs,
          ...(version === 4 ? { own: ownColumns(json['own']) } : {}),
          ...(version === 3 || (version === 4 && json['derived'] !== undefined)
            ? { derived: derivedOf(json) }
            : {}),
          prepared: list(json['prepared'], 'prepared columns').map(preparedColumn),
          encoded: list(json['encoded'], 'encodings').map(encoding),
        };
  programOf(fitted);
  return fitted;
}
