import fc from 'fast-check';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { accepts } from '../accepts.ts';
import type { PlainSchema } from '../accepts.ts';
import { documentCheck } from './documentCheck.ts';
import { manifestSchema } from './parseManifest.ts';
import { documentSchemas } from './shapes.ts';

const digest = 'a'.repeat(64);
const column = { name: 'x', kind: 'number', type: 'number', nullable: true, required: true, closed: false };
const profile = { name: 'x', kind: 'number', rows: 2, missing: 0, sample: [1, 2], mean: 1.5, std: null };
const metrics = { log_loss: { value: 0.4, low: 0.3, high: null } };
const backend = { name: 'javascript', version: 'linear 1' };
const binary = { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
const manifest = {
  manifest_version: 1,
  name: 'churn',
  goal: 'Tell who leaves',
  task: binary,
  family: 'linear',
  backend,
  inputs: [{ ...column, merge: { x: 'y' }, numberFormat: { decimal: ',', percent: true }, pii: true }],
  outputs: ['No', 'Yes'],
  label: 'churn',
  row_id: ['id'],
  metric: 'log_loss',
  threshold: 0.5,
  digests: { data: digest, features: digest, code: digest },
  set: [{ key: 'a.b', value: [1], instead: null }],
  files: { 'model/weights.bin': { sha256: digest, bytes: 12 } },
};
const good: readonly (readonly [string, PlainSchema, unknown])[] = [
  ['manifest.json', manifestSchema, manifest],
  ['manifest.json of a number', manifestSchema, { ...manifest, task: { kind: 'regression' } }],
  ['features.json', documentSchemas['features.json'], { version: 2, inputs: [{ name: 'x', kind: 'time' }] }],
  ['schema.json', documentSchemas['schema.json'], { columns: [column], missing: ['', 'NA'], cells: 2 }],
  [
    'reference.json',
    documentSchemas['reference.json'],
    {
      rows: 2,
      columns: [profile, { ...profile, kind: 'category', counts: [['a', 2]] }],
      predictions: [profile],
      performance: { metric: 'log_loss', rows: 2, metrics },
    },
  ],
  [
    'golden.json',
    documentSchemas['golden.json'],
    {
      backend,
      rows: [{ input: { x: 1, y: 'a', z: null }, features: '0000803f', prepared: [''], scores: [0.1, 0.9] }],
    },
  ],
  ['scored.json', documentSchemas['scored.json'], { outputs: 1, scores: [1, 2], target: [1, 2] }],
  [
    'evaluation.json',
    documentSchemas['evaluation.json'],
    { task: binary, rows: 2, metric: 'rmse', metrics, intervals: {}, slices: [], baselines: [] },
  ],
];

const junk = fc.constantFrom<unknown>(
  ...[undefined, null, true, '', 'x', 'binary', 0, -1, 0.5, 1e300, [], {}, ['a'], [['a', 1]], [[1, -1]]],
  ...[{ kind: 'regression' }, { kind: 'multiclass', classes: ['a', 'b'] }, { value: 1 }],
);

/** The value with something else, or one more member, at some place. */
function broken(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return junk;
  const members = Object.entries(value);
  const within = members.map(([name, member]) =>
    broken(member).map((other) =>
      Array.isArray(value)
        ? value.map((each: unknown, at) => (String(at) === name ? other : each))
        : Object.fromEntries(members.map(([each, own]) => [each, each === name ? other : own])),
    ),
  );
  return fc.oneof(
    junk,
    junk.map((other) =>
      Array.isArray(value) ? [...(value as unknown[]), other] : { ...value, extra: other },
    ),
    ...within.map((arbitrary) => ({ weight: 3, arbitrary })),
  );
}

describe('the check of a bundle’s documents', () => {
  it.each(good)('takes a %s as it should be without a validator', (_name, schema, document) => {
    expect(accepts(schema, document)).toBe(true);
  });

  it.each(good)('judges a %s as JSON Schema does', (_name, schema, document) => {
    const valid = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
    const check = documentCheck(schema);
    fc.assert(
      fc.property(broken(document), (value) => {
        // What a file can hold.
        const text = JSON.stringify(value) as string | undefined;
        const read: unknown = text === undefined ? null : JSON.parse(text);
        if (accepts(schema, read)) expect(valid(read)).toBe(true);
        expect('document' in check(read)).toBe(valid(read));
      }),
      { numRuns: 150 },
    );
  });

  it('says in one line what is wrong', () => {
    expect(documentCheck(documentSchemas['schema.json'])({ columns: [], missing: [1] })).toEqual({
      problem: 'at /missing/0 must be string {"type":"string"}',
    });
  });
});
