import type { ModelFiles } from '../../model.ts';
import type { ForeignModel } from './foreign.ts';
import type { ForeignFormat } from '../../foreignFormats.ts';
import { modelRefused } from './foreign.ts';
import { readLightgbm } from './lightgbm.ts';
import { readXgboost } from './xgboost/xgboost.ts';

/** More is no model that a service could hold. */
export const mostModelBytes = 512 * 1024 * 1024;

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
      `Save the model itself where it was trained: ${save}.`,
    );
  if (startsWith(bytes, 0x50, 0x4b, 3, 4))
    throw refuse(
      'it is a ZIP archive (PyTorch’s torch.save, Keras or a Java library writes such)',
      `Save trees by their own library: ${save}.`,
    );
  if (startsWith(bytes, 0x89, 0x48, 0x44, 0x46))
    throw refuse(
      'it is an HDF5 file (Keras)',
      'Models of networks are trained here: `aieng train --family mlp`.',
    );
  if (/^binf/.test(start))
    throw refuse(
      'it is XGBoost’s old binary form',
      'Load it in XGBoost and save it as JSON: booster.save_model("model.json").',
    );
  if (/^CBM1/.test(start))
    throw refuse(
      'it is CatBoost’s own form',
      'Train the trees by LightGBM or XGBoost, or here: `aieng train --family gbdt`.',
    );
  if (/\.onnx$/i.test(name))
    throw refuse(
      'ONNX models are not read yet',
      `Trees can come in by their own library: ${save}; a linear model or a network is trained here: \`aieng train\`.`,
    );
  if (/^\uFEFF?tree\r?\n/.test(start)) return 'lightgbm';
  const found = /^\s*\{/.test(start) && /"(learner|version)"/.test(start) ? 'xgboost-json' : null;
  if (found !== null) return found;
  if (bytes[0] === 0x7b && /learner|version/.test(start)) return 'xgboost-ubj';
  throw refuse(
    'its beginning is not that of a LightGBM text model or an XGBoost model in JSON or UBJSON',
    `Save the model in one of these forms: ${save}.`,
  );
}

/** A model's files, checked in full before anything of them computes. @throws a usage error that says what is wrong */
export function readForeign(format: ForeignFormat, files: ModelFiles): ForeignModel {
  const [first] = files.values();
  if (first === undefined) throw modelRefused(format, 'there is no file');
  return format === 'lightgbm' ? readLightgbm(first) : readXgboost(first, format);
}
