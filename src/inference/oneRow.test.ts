import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, JsonNumber, parseJson } from '../data/cells/json.ts';
import { plainRowReader } from '../data/oneRow.ts';
import { tableFromRows } from '../data/rows.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { featureRows } from '../features/encode.ts';
import { fit } from '../features/fit.ts';
import { optionsFixture } from '../modeling/options.fixture.ts';
import { load } from '../modeling/load.ts';
import { train } from '../modeling/train.ts';
import type { Task } from '../modeling/model.ts';
import type { Manifest } from '../packaging/manifest.ts';
import { createRandom } from '../random.ts';
import { createPredictor } from './predictor.ts';
import type { Predictor } from './predictor.ts';

const column = (
  name: string,
  kind: ColumnSchema['kind'],
  more: Partial<ColumnSchema> = {},
): ColumnSchema => ({
  name,
  kind,
  type: kind === 'number' ? 'number' : 'string',
  nullable: true,
  required: false,
  closed: false,
  ...more,
});
const schema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    column('id', 'text'),
    column('size', 'number', { required: true, nullable: false, minimum: -5, maximum: 5, closed: true }),
    column('count', 'number', { type: 'integer' }),
    column('price', 'number', { numberFormat: { decimal: ',' } }),
    column('member', 'category', { type: 'boolean', trueWords: ['Y'] }),
    column('plan', 'category', { closed: true, domain: ['a', 'b', 'c'], merge: { A: 'a' } }),
    column('since', 'time'),
    column('note.text', 'text'),
    column('label', 'category'),
  ],
};
const inputs = schema.columns.filter(({ name }) => name !== 'label' && name !== 'id');

const random = createRandom('rows of one path');
const rows = Array.from({ length: 60 }, () => ({
  id: `r${random.next()}`,
  size: 4 * random.next() - 2,
  count: Math.floor(9 * random.next()),
  price: 100 * random.next(),
  member: random.next() < 0.5,
  plan: random.next() < 0.2 ? null : ['a', 'b', 'c'][Math.floor(3 * random.next())],
  since: new Date(1.6e12 + Math.floor(1e11 * random.next())).toISOString(),
  'note.text': random.next() < 0.5 ? 'good and cheap' : 'late',
  label: 'no',
}));

const tasks: Readonly<Record<string, Task>> = {
  binary: { kind: 'binary', classes: ['no', 'yes'], positive: 'yes' },
  multiclass: { kind: 'multiclass', classes: ['x', 'y', 'z'] },
  regression: { kind: 'regression' },
};

async function predictorOf(
  family: string,
  task: Task,
  rowId: readonly string[],
  withText: boolean,
): Promise<Predictor> {
  const chosen = inputs.filter(({ name }) => withText || name !== 'note.text');
  const { table } = tableFromRows(rows, schema, ['id', ...chosen.map(({ name }) => name)]);
  const features = fit({ auto: true, drop: [], features: [] }, table, ['id']);
  const data = featureRows(features, table);
  const target = Float64Array.from(rows, ({ size }, at) =>
    task.kind === 'regression' ? 3 * size + 1 : at % (task.kind === 'binary' ? 2 : 3),
  );
  const part = { rows: data, target };
  const options = { ...optionsFixture, family, backend: 'wasm' as const };
  const { model } = await train(task, part, part, options, 1, (scores) => -scores[0]!);
  // Else all of this would only be about the way of many.
  const scorer = await load({ family, files: model.files, task }, 'wasm');
  expect(scorer.one === undefined).toBe(family === 'gbdt');
  scorer.dispose();
  const manifest: Manifest = Object.assign(Object.create(null), {
    name: 'm',
    task,
    family,
    inputs: chosen,
    row_id: rowId,
    outputs: task.kind === 'regression' ? [] : task.classes,
    label: 'label',
  });
  return createPredictor(
    { manifest, digest: 'd', version: 1, schema, features, modelFiles: model.files },
    'wasm',
  );
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    -0,
    1,
    4.5,
    6,
    1e300,
    '',
    'NA',
    ' a ',
    'A',
    'Y',
    'true',
  ),
  fc.constantFrom<unknown>(
    '1,5',
    '3',
    'b',
    'zzz',
    '2024-02-29',
    '2024-02-29T12:00:00Z',
    [],
    {},
    { text: 'x' },
    [1],
  ),
  fc.constantFrom('1.0', '7e2', '-0', '9007199254740993').map((source) => new JsonNumber(source)),
  fc.string({ maxLength: 5 }),
  fc.double(),
);
/** A row that was good, with some of its fields otherwise, gone, or new. */
const anyRow = fc
  .tuple(
    fc.constantFrom(...rows),
    fc.dictionary(
      fc.constantFrom(
        ...schema.columns.map(({ name }) => name),
        'note',
        'unknown',
        '__proto__',
        'constructor',
      ),
      anything,
      { maxKeys: 3, noNullPrototype: true },
    ),
    fc.subarray(
      schema.columns.map(({ name }) => name),
      { maxLength: 2 },
    ),
  )
  .map(([row, changes, gone]): unknown =>
    Object.fromEntries(Object.entries({ ...row, ...changes }).filter(([name]) => !gone.includes(name))),
  );

/** What is said of the first row of two, which both take the way of many. */
function byTheWayOfMany(predictor: Predictor, row: unknown): unknown {
  const { answers, issues } = predictor.predictRows([row, row], (at) => `/${at}`);
  return { answers: answers.slice(0, 1), issues: issues.filter(({ path }) => path.startsWith('/0')) };
}

/** As JSON, numbers in their spelling. */
function spelled(value: unknown): string {
  if (value instanceof JsonNumber) return value.source;
  if (!isJsonObject(value)) return value === undefined ? 'null' : JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spelled(member)}`);
  return `{${members.join(', ')}}`;
}

/** The same row, as a text and as the value that the text has. */
function expectText(predictor: Predictor, row: unknown): boolean {
  const text = `{"row": ${spelled(row)}}`;
  const answer = predictor.predictText('row')(text);
  if (answer === null) return false;
  const parsed = parseJson(spelled(row));
  const { answers, issues } = predictor.predictRows(['value' in parsed ? parsed.value : undefined], () => '');
  expect(issues).toEqual([]);
  const { features } = answer;
  const isText = typeof features === 'string';
  // What goes into the log as it came is what would be written of the cells.
  if (isText) expect(features).toBe(JSON.stringify(answers[0]?.features));
  expect([{ ...answer, features: isText ? JSON.parse(features) : features }]).toEqual(answers);
  return true;
}

describe('the path of one row', () => {
  it('is taken by rows that are as they should be, and by no others', () => {
    const names = schema.columns.slice(0, -1).map(({ name }) => name);
    const { read } = plainRowReader(schema, names, []);
    for (const row of rows) expect(read(row)).not.toBeNull();
    expect(read({ ...rows[0], size: new JsonNumber('1.0'), plan: 'A', since: '2024-02-29' })?.shown).toEqual(
      expect.arrayContaining([1, 'a', '2024-02-29T00:00:00.000Z']),
    );
    for (const change of [{ size: 6 }, { unknown: 1 }, { note: { text: 'x' } }, { plan: 'd' }, { label: {} }])
      expect(read({ ...rows[0], ...change })).toBeNull();
    expect(read({ id: 'no size' })).toBeNull();
  });

  it('gives the text of a row that came as the log writes it', async () => {
    const predictor = await predictorOf('linear', tasks['binary']!, [], false);
    try {
      const asLogged = rows.map((row) => predictor.predictRows([row], () => '').answers[0]?.features);
      for (const features of asLogged) {
        const read = predictor.predictText('row');
        expect(read(JSON.stringify({ row: features }))?.features).toBe(JSON.stringify(features));
        expect(read(JSON.stringify({ row: features }, null, 1))?.features).toEqual(features);
        expect(read(JSON.stringify({ row: { ...features, label: 'no' } }))?.features).toEqual(features);
      }
    } finally {
      predictor.dispose();
    }
  });

  it.each([
    ['linear', 'binary', [], true],
    ['linear', 'binary', ['id'], false],
    ['linear', 'multiclass', ['since', 'member'], false],
    ['linear', 'regression', [], false],
    ['mlp', 'binary', [], false],
    ['mlp', 'multiclass', ['id'], false],
    ['gbdt', 'regression', [], false],
  ] as const)(
    'of a %s model, %s, rows named by %j, texts %s, says what the way of many says',
    async (family, task, rowId, withText) => {
      const predictor = await predictorOf(family, tasks[task]!, rowId, withText);
      try {
        fc.assert(
          fc.property(
            fc.oneof({ weight: 9, arbitrary: anyRow }, { weight: 1, arbitrary: anything }),
            (row) => {
              expect(predictor.predictRows([row], (at) => `/${at}`)).toEqual(byTheWayOfMany(predictor, row));
              expectText(predictor, row);
            },
          ),
          { numRuns: 150 },
        );
        expect(rows.every((row) => expectText(predictor, row))).toBe(true);
      } finally {
        predictor.dispose();
      }
    },
  );
});
