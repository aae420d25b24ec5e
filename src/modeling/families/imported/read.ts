import { usageError } from '../../../errors.ts';
import type { ModelFiles } from '../../model.ts';
import type { ForeignModel } from './foreign.ts';
import { mostModelBytes } from '../../foreignFormats.ts';
import type { ForeignFormat } from '../../foreignFormats.ts';
import { modelRefused } from './foreign.ts';
import { readLightgbm } from './lightgbm.ts';
import { readOnnx } from './onnx/onnx.ts';
import type { ImportedParameters } from './parameters.ts';
import { readXgboost } from './xgboost/xgboost.ts';

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte);

const save = 'booster.save_model("model.ubj") for XGBoost, booster.save_model("model.txt") for LightGBM';

/** What wrote these bytes, by what they begin with. @throws a usage error for what is no model that can be read, with the way to convert it */
export function recogniseFormat(name: string, bytes: Uint8Array): ForeignFormat {
  const refuse = (problem: string, hint: string): Error => modelRefused(name, problem, hint);
  if (bytes.length === 0) throw refuse('the file is empty', 'Save the model again.');
  if (bytes.length > mostModelBytes)
    throw refuse(`it has ${bytes.length} bytes, expected up to ${mostModelBytes}`, 'Train a smaller model.');
  const start = new TextDecoder().decode(bytes.subarray(0, 4096));
  if (startsWith(bytes, 0x80) || /\.(pkl|pickle|joblib|sav)$/i.test(name))
    throw refuse(
      'it is a pickle (or joblib file), which is a program that runs when it is opened',
      `Save the model itself where it was trained: ${save}, skl2onnx.to_onnx for scikit-learn.`,
    );
  if (startsWith(bytes, 0x50, 0x4b, 3, 4))
    throw refuse(
      'it is a ZIP archive (PyTorch’s torch.save, Keras or a Java library writes such)',
      `Export a network as ONNX (torch.onnx.export), or save trees by their own library: ${save}.`,
    );
  if (startsWith(bytes, 0x89, 0x48, 0x44, 0x46))
    throw refuse(
      'it is an HDF5 file (Keras)',
      'Export it as ONNX (tf2onnx), or train a network here: `aieng train --family mlp`.',
    );
  if (/^binf/.test(start))
    throw refuse(
      'it is XGBoost’s old binary form',
      'Load it in XGBoost and save it as JSON: booster.save_model("model.json").',
    );
  if (/^CBM1/.test(start))
    throw refuse(
      'it is CatBoost’s own form',
      'Save it as ONNX: model.save_model("model.onnx", format="onnx").',
    );
  if (/^.{4}ORTM/s.test(start))
    throw refuse(
      'it is the form that ONNX Runtime makes for itself (.ort)',
      'Give the ONNX file it was made of.',
    );
  if (/\.onnx$/i.test(name)) return 'onnx';
  if (/^\uFEFF?tree\r?\n/.test(start)) return 'lightgbm';
  const found = /^\s*\{/.test(start) && /"(learner|version)"/.test(start) ? 'xgboost-json' : null;
  if (found !== null) return found;
  if (bytes[0] === 0x7b && /learner|version/.test(start)) return 'xgboost-ubj';
  throw refuse(
    'its beginning is not that of a LightGBM text model or an XGBoost model in JSON or UBJSON, and it is not called .onnx',
    `Save the model in one of these forms: ${save}.`,
  );
}

/** A model's files, checked in full before anything of them computes. @throws a usage error that says what is wrong */
export async function readForeign(
  format: ForeignFormat,
  files: ModelFiles,
  output: ImportedParameters['output'] = 'auto',
): Promise<ForeignModel> {
  const [first] = files.values();
  if (first === undefined) throw modelRefused(format, 'there is no file');
  if (format === 'onnx') return readOnnx(files, output === 'auto' ? null : output);
  if (output !== 'auto')
    throw usageError({
      code: 'output-is-known',
      message: `model.imported.output is ${output}, and the file itself says what it answers (${format}).`,
      hint: 'Leave model.imported.output out: it is for ONNX models.',
    });
  return readForeignTrees(format, files);
}

/** The same of trees, at once. */
export function readForeignTrees(format: ForeignFormat, files: ModelFiles): ForeignModel {
  const [first] = files.values();
  if (first === undefined || format === 'onnx') throw modelRefused(format, 'it holds no trees');
  return format === 'lightgbm' ? readLightgbm(first) : readXgboost(first, format);
}
