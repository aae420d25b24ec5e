import { join, relative, resolve } from 'node:path';
import { historyWords } from '../../data/history/rule.ts';
import type { RowSchema } from '../../data/schema.ts';
import { sha256 } from '../../digest.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { parseFeatures } from '../../features/parse.ts';
import { replayGolden } from '../../inference/golden.ts';
import { modelFiles, readDocument } from '../../packaging/documents.ts';
import { checkOnnx } from '../../portable/onnx/checkOnnx.ts';
import type { OnnxResult } from '../../portable/onnx/shape.ts';
import { writeOnnx } from '../../portable/onnx/writeOnnx.ts';
import type { OnnxModel } from '../../portable/onnx/writeOnnx.ts';
import { madeUpRows } from '../../portable/write/madeUpRows.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { openVerifiedPredictor } from '../../project/predictors.ts';

const holds = { number: 'numbers', time: 'times', category: 'words', text: 'words' } as const;

/** How whoever asks makes the cells of history: a graph is handed one row, and none before it. */
const madeOf = ({ history }: RowSchema): ReadonlyMap<string, string> =>
  new Map(history?.columns.map((column) => [column.name, historyWords(column)]));

function told({ inputs, outputs }: OnnxModel, schema: RowSchema): Pick<OnnxResult, 'inputs' | 'outputs'> {
  const made = madeOf(schema);
  return {
    inputs: inputs.map(({ name, kind }) => {
      const how = made.get(name);
      return {
        ...{ name, type: holds[kind] === 'words' ? 'string' : 'double', holds: holds[kind] },
        ...(how === undefined ? {} : { made: how }),
      };
    }),
    outputs: outputs.map(({ name, type, columns }) => ({ name, type, columns })),
  };
}

/**
 * Writes a bundle's model with its features as one ONNX file, after ONNX Runtime answered its golden rows, and rows that are made
 * of the schema, as the bundle does.
 *
 * @param folder where to; left out, `<name>-onnx` where the command was called
 */
export async function writeOnnxFile(
  context: Context,
  named: NamedBundle,
  folder = `${named.name}-onnx`,
): Promise<OnnxResult> {
  const { environment } = context;
  const { bundle, name, version } = named;
  const { manifest, digest } = bundle;
  const { predictor, schema } = await openVerifiedPredictor(context, named);
  try {
    const features = parseFeatures(readDocument(bundle, 'features.json'));
    const parts = { manifest, digest, version, schema, features, modelFiles: modelFiles(bundle) };
    const model = writeOnnx(parts);
    const golden = readDocument(bundle, 'golden.json').rows.map(({ input }) => input);
    const rows = [...golden, ...madeUpRows(manifest, schema)];
    const { scores } = replayGolden(predictor, schema, rows);
    const called = version === null ? name : `${name}@${version}`;
    const tested = await checkOnnx(model, { manifest, schema, rows, scores }, called);
    const path = join(resolve(environment.cwd, folder), 'model.onnx');
    await writeWholeFile(path, model.bytes, environment);
    return {
      path: relative(environment.cwd, path),
      bytes: model.bytes.length,
      sha256: sha256(model.bytes),
      ...told(model, schema),
      tested,
    };
  } finally {
    predictor.dispose();
  }
}
