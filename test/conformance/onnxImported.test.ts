import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tableFromRows } from '../../src/data/rows.ts';
import type { ColumnSchema, RowSchema } from '../../src/data/schema.ts';
import { passedFeatures } from '../../src/features/given/passed.ts';
import { createPredictor } from '../../src/inference/predictor.ts';
import { bindForeign } from '../../src/modeling/families/imported/bind.ts';
import { writeForeign } from '../../src/modeling/families/imported/files.ts';
import { readForeign, recogniseFormat } from '../../src/modeling/families/imported/read.ts';
import type { ForeignModel } from '../../src/modeling/families/imported/foreign.ts';
import type { Task } from '../../src/modeling/model.ts';
import type { Manifest } from '../../src/packaging/manifest.ts';
import { checkOnnx } from '../../src/portable/onnx/checkOnnx.ts';
import { writeOnnx } from '../../src/portable/onnx/writeOnnx.ts';
import type { OnnxParts } from '../../src/portable/onnx/writeOnnx.ts';

// Trees of LightGBM and XGBoost, written as ONNX and asked in ONNX Runtime: all files beside the repository, and where these are
// absent the few that are kept with it.

const shared = new URL('../../../../shared/models/', import.meta.url);
const folder = existsSync(shared) ? shared : new URL('../../fixtures/models/', import.meta.url);
const names = readdirSync(folder).filter(
  (name) => /^(lgb|xgb)-/.test(name) && !/broken|REFUSE|pandas/.test(name),
);
const cases = names.flatMap((name) =>
  readdirSync(new URL(`${name}/`, folder))
    .filter((file) => file.startsWith('model.'))
    .map((file) => ({ name, file })),
);

function taskOf({ answers }: ForeignModel): Task | null {
  switch (answers.kind) {
    case 'number':
      return { kind: 'regression' };
    case 'probability':
    case 'log odds':
      return { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' };
    case 'probabilities':
      return { kind: 'multiclass', classes: Array.from({ length: answers.classes }, (_, at) => `c${at}`) };
    case 'none':
      return null;
  }
}

function rowsOf(name: string): Readonly<Record<string, number | null>>[] {
  const text = readFileSync(new URL(`${name}/inputs.csv`, folder), 'utf8');
  const [, ...lines] = text.trimEnd().split('\n');
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, at) => [`x${at}`, cell === '' ? null : Number(cell)])),
  );
  // A row of a request holds no infinite number.
  return rows.filter((row) => Object.values(row).every((cell) => cell === null || Number.isFinite(cell)));
}

async function partsOf(
  name: string,
  file: string,
  { calibrated = false, coded = false }: { readonly calibrated?: boolean; readonly coded?: boolean } = {},
): Promise<(OnnxParts & { readonly rows: ReturnType<typeof rowsOf> }) | null> {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)));
  const given = new Map([[file, bytes]]);
  const model = await readForeign(recogniseFormat(file, bytes), given);
  const task = taskOf(model);
  if (task === null) return null;
  const rows = rowsOf(name);
  // Its categories as words of a column, where that is asked for; else as numbers.
  const words = (at: number): readonly string[] | undefined =>
    coded && model.inputs[at]?.categorical === true
      ? Array.from({ length: 40 }, (_, n) => `${n}`)
      : undefined;
  const columns = model.inputs.map((_, at): ColumnSchema => ({
    ...{ name: `x${at}`, kind: words(at) === undefined ? 'number' : 'category', type: 'number' },
    ...{ nullable: true, required: false, closed: false },
  }));
  const schema: RowSchema = { missing: [''], columns };
  const features = passedFeatures(
    columns.map(({ name: column, kind }, at) => ({
      name: model.inputs[at]!.name,
      column,
      kind,
      words: words(at),
    })),
  );
  const options = { classes: [], output: 'auto' } as const;
  const { binding } = await bindForeign(task, given, features.prepared, options);
  const units = task.kind === 'multiclass' ? task.classes.length : 1;
  const calibration = calibrated
    ? { slope: 0.7, shift: Array.from({ length: units }, (_, at) => 0.2 - 0.1 * at) }
    : null;
  // What an answer needs of a manifest.
  const manifest = {
    ...{ name: 'm', goal: '', task, family: 'imported', inputs: columns, label: 'label', row_id: [] },
    ...{ outputs: task.kind === 'regression' ? [] : task.classes, threshold: 0.4 },
  } as unknown as Manifest;
  const modelFiles = writeForeign({ ...binding, calibration }, given);
  expect(
    tableFromRows(
      rows,
      schema,
      columns.map((column) => column.name),
    ).issues,
  ).toEqual([]);
  return { manifest, digest: 'd'.repeat(64), version: 1, schema, features, modelFiles, rows };
}

async function differenceOf(
  parts: OnnxParts & { readonly rows: ReturnType<typeof rowsOf> },
): Promise<number> {
  const predictor = await createPredictor(parts, 'wasm');
  const { answers } = predictor.predictRows(parts.rows, () => '');
  const scores = answers.map((answer) => answer.scores);
  predictor.dispose();
  expect(scores).toHaveLength(parts.rows.length);
  return (await checkOnnx(writeOnnx(parts), { ...parts, scores }, 'm@1')).difference;
}

/** What no operator says, by the name of the vector. */
const beyond: Readonly<Record<string, RegExp>> = {
  'lgb-zero-as-missing': /its trees take 0 for missing/,
  'lgb-constant': /its trees never split/,
};

describe('trees from elsewhere as ONNX', () => {
  it.each(cases)('$name/$file answers the same, or says why it cannot be written', async ({ name, file }) => {
    const parts = await partsOf(name, file);
    // No task takes what it answers: it is not imported either.
    if (parts === null) return;
    const why = beyond[name];
    if (why === undefined) expect(await differenceOf(parts)).toBeLessThan(2e-6);
    else expect(() => writeOnnx(parts)).toThrow(why);
  });

  it.each(cases.filter(({ name }) => /categorical|multiclass$|-binary$|dart|logitraw/.test(name)))(
    '$name/$file recalibrated, its categories as words of a column',
    async ({ name, file }) => {
      const parts = await partsOf(name, file, { calibrated: true, coded: true });
      expect(await differenceOf(parts!)).toBeLessThan(2e-6);
    },
  );

  it('an ONNX model is not written into another one', async () => {
    const parts = (await partsOf(cases[0]!.name, cases[0]!.file))!;
    const { binding } = JSON.parse(
      `{"binding":${new TextDecoder().decode(parts.modelFiles.get('imported.json'))}}`,
    ) as { binding: object };
    const imported = new TextEncoder().encode(JSON.stringify({ ...binding, format: 'onnx' }));
    const modelFiles = new Map([...parts.modelFiles, ['imported.json', imported]]);
    expect(() => writeOnnx({ ...parts, modelFiles })).toThrow(
      'the model (imported): it is an ONNX model already',
    );
  });
});
