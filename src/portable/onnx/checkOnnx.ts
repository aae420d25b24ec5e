import type { Column } from '../../data/columns.ts';
import { cellValue } from '../../data/columns.ts';
import { tableFromRows } from '../../data/rows.ts';
import type { RowSchema } from '../../data/schema.ts';
import { usageError } from '../../errors.ts';
import { predictedClass } from '../../inference/answer.ts';
import { onnxEngine } from '../../modeling/families/imported/onnx/engine.ts';
import type { Feed } from '../../modeling/families/imported/onnx/engine.ts';
import { goldenTolerance } from '../../packaging/golden.ts';
import type { GoldenRow, Manifest } from '../../packaging/manifest.ts';
import { checkedOutput } from './writeOnnx.ts';
import type { OnnxModel } from './writeOnnx.ts';

/** How near the file comes to the model that it was written from. */
export interface OnnxCheck {
  readonly rows: number;
  /** Largest difference of a score, absolute up to 1 and relative beyond. */
  readonly difference: number;
  /** What computed it. */
  readonly runtime: string;
}

/** A column’s cells as an input takes them. */
function feedOf(column: Column | undefined, kind: Column['kind'], rows: number): Feed {
  if (kind === 'number' || kind === 'time') {
    const given = column?.kind === 'number' || column?.kind === 'time';
    return { type: 'double', numbers: given ? column.values : new Float64Array(rows).fill(Number.NaN) };
  }
  const words = Array.from({ length: rows }, (_, row) => {
    const cell = column === undefined ? null : cellValue(column, row);
    return typeof cell === 'string' ? cell : '';
  });
  return { type: 'string', words };
}

/** What is asked, and how it has to come out. */
export interface KnownAnswers {
  readonly manifest: Manifest;
  readonly schema: RowSchema;
  /** As a request gives them. */
  readonly rows: readonly GoldenRow['input'][];
  /** By row, as the bundle answers. */
  readonly scores: readonly (readonly number[])[];
}

/** The checked numbers of all rows, asked at once. */
async function ask({ inputs, checked }: OnnxModel, { schema, rows }: KnownAnswers) {
  const engine = await onnxEngine();
  const [first = {}] = rows;
  const names = schema.columns.map(({ name }) => name).filter((name) => Object.hasOwn(first, name));
  const { table } = tableFromRows(rows, schema, names);
  const feeds = inputs.map(({ name, kind }) => feedOf(table.columns.get(name), kind, rows.length));
  const dims = [rows.length, 1];
  const shapes = inputs.map(({ name }, at) => ({ name, type: feeds[at]!.type, dims }));
  const session = engine.open(checked, shapes, checkedOutput);
  try {
    return { numbers: session.run(feeds), runtime: engine.backend.version };
  } finally {
    session.close();
  }
}

const differs = (name: string, row: number, what: string): Error =>
  usageError({
    code: 'onnx-mismatch',
    message: `The ONNX file of ${name} does not compute what the bundle does: row ${row} of those it is checked by gives ${what}. It was not written.`,
    hint: `Take the model as it is: \`aieng package ${name} --target node\`.`,
  });

/**
 * Asks the written model in ONNX Runtime what is known, and compares: scores as golden rows are, and the class with what these
 * scores say.
 *
 * @throws a usage error where an answer is further off than golden rows may be, or another class is answered
 */
export async function checkOnnx(model: OnnxModel, known: KnownAnswers, name: string): Promise<OnnxCheck> {
  const { manifest, rows, scores } = known;
  const { numbers, runtime } = await ask(model, known);
  const width = numbers.length / rows.length;
  let difference = 0;
  scores.forEach((expected, row) => {
    const own = numbers.subarray(row * width, (row + 1) * width);
    expected.forEach((score, at) => {
      const off = Math.abs(own[at]! - score) / Math.max(1, Math.abs(score));
      if (!(off <= goldenTolerance)) throw differs(name, row, `${own[at]} for ${score}`);
      difference = Math.max(difference, off);
    });
    const place = own[expected.length];
    if (place !== undefined && place !== predictedClass(manifest, own.subarray(0, expected.length)))
      throw differs(name, row, `class ${place} for these probabilities`);
  });
  return { rows: rows.length, difference, runtime };
}
