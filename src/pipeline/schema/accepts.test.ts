import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { transformParams } from '../../features/index.ts';
import { familySections } from '../../modeling/reference.ts';
import { metrics } from '../../statistics/metrics/index.ts';
import { validating } from '../check.ts';
import { completed } from '../../accepts.ts';
import { expandShorthands } from '../expand.ts';
import type { KeySchema } from './keys.ts';
import { pipelineSchema } from './index.ts';

const transforms: Readonly<Record<string, KeySchema>> = transformParams();
const schema = pipelineSchema({ transforms, metrics, families: familySections() });

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    'x',
    'X y',
    'none',
    0,
    -0,
    -1,
    0.5,
    1,
    3,
    1e9,
    1e300,
    Infinity,
    NaN,
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    [1, 1],
    ['a', 'a'],
    ['a', 'b'],
    [[]],
    [{}, {}],
    { a: 1 },
    { a: {} },
    'ä'.repeat(64),
    '😀',
  ),
  fc.string(),
  fc.double(),
);

/** Values that the schema takes, for the most part: at its bounds, inside and outside of them. */
function valuesOf(of: KeySchema): fc.Arbitrary<unknown> {
  const bounds = [of.minimum, of.maximum, of.exclusiveMinimum, of.exclusiveMaximum].flatMap((bound) =>
    bound === undefined ? [] : [bound, bound - 1, bound + 1, bound + 1e-9],
  );
  const given = [...(of.enum ?? []), ...(of.examples ?? []), ...bounds];
  const ways: fc.WeightedArbitrary<unknown>[] = [{ weight: 1, arbitrary: junk }];
  const add = (arbitrary: fc.Arbitrary<unknown>): unknown => ways.push({ weight: 12, arbitrary });
  if (of.default !== undefined) add(fc.constant(of.default));
  if (given.length > 0) add(fc.constantFrom(...given));
  for (const one of of.anyOf ?? []) add(valuesOf(one));
  if (of.items !== undefined) add(fc.array(valuesOf(of.items), { maxLength: 3 }));
  const { properties, additionalProperties } = of;
  if (properties !== undefined) add(membersOf(properties));
  if (typeof additionalProperties === 'object')
    add(
      fc.dictionary(fc.constantFrom('a', 'b', 'toString', '__proto__'), valuesOf(additionalProperties), {
        maxKeys: 2,
      }),
    );
  return fc.oneof(...ways);
}

function membersOf(properties: Readonly<Record<string, KeySchema>>): fc.Arbitrary<unknown> {
  const names = Object.keys(properties);
  const some = fc.subarray([...names, 'unknown'], { maxLength: Math.min(3, names.length + 1) });
  return some.chain((chosen) =>
    fc.record(
      Object.fromEntries(
        chosen.map((name) => [name, name === 'unknown' ? junk : valuesOf(properties[name]!)]),
      ),
    ),
  );
}

const written = ['churn', 'penguins-species', 'penguins-mass'].map((name): unknown =>
  parse(readFileSync(join(import.meta.dirname, '../../../pipelines', `${name}.yaml`), 'utf8')),
);
const documents = written.map((document) => expandShorthands(document).value);

const validate = await validating(schema);

it('takes the pipelines that stand here', () => {
  for (const document of documents) {
    const whole = completed(schema, document);
    expect(whole).toEqual(validate(structuredClone(document)).value);
  }
});

it('takes nothing that a validator of JSON Schema refuses, and fills the same defaults in', () => {
  let taken = 0;
  let both = 0;
  const sections = new Map(Object.entries(schema.properties ?? {}).map(([name, of]) => [name, valuesOf(of)]));
  const changed = fc
    .tuple(fc.constantFrom(...documents), fc.subarray([...sections.keys()], { minLength: 1, maxLength: 2 }))
    .chain(([document, names]) =>
      fc.tuple(...names.map((name) => sections.get(name)!)).map((values) => ({
        ...(document as object),
        ...Object.fromEntries(names.map((name, at) => [name, values[at]])),
      })),
    );
  fc.assert(
    fc.property(changed, (document) => {
      const whole = completed(schema, document);
      const { value } = validate(structuredClone(document));
      taken += value === null ? 0 : 1;
      both += whole === undefined ? 0 : 1;
      if (whole !== undefined) expect(whole).toEqual(value);
    }),
    { numRuns: 400 },
  );
  // Is it about anything?
  expect(taken).toBeGreaterThan(200);
  expect(taken).toBeLessThan(700);
  expect(both).toBeGreaterThan(0.95 * taken);
});

it('leaves what it is given as it is', () => {
  const [document] = documents;
  const before = JSON.stringify(document);
  completed(schema, document);
  expect(JSON.stringify(document)).toBe(before);
});

it('has no opinion on keywords that it does not know', () => {
  const odd: KeySchema & { readonly not: object } = { type: 'number', not: { const: 3 } };
  expect([completed(odd, 4), completed({ type: 'number' }, 4)]).toEqual([undefined, 4]);
});
