import { readFile } from 'node:fs/promises';
import { usageError } from '../../errors.ts';
import { builtFile } from '../../ownFolder.ts';

/** Which runtime a family needs: the build makes one file of each. */
export type RuntimeName = 'trees' | 'imported' | 'all';

/** Families by the runtime that has them. */
const runtimeOf: Readonly<Record<string, RuntimeName>> = {
  rule: 'trees',
  linear: 'trees',
  gbdt: 'trees',
  imported: 'imported',
  mlp: 'all',
  tabm: 'all',
  ensemble: 'all',
};

/**
 * The runtime for a model.
 *
 * @param model names of its files: linear models of aieng 0.1 are networks
 * @throws a usage error for a model that runs in no runtime
 */
export function runtimeFor(family: string, model: Iterable<string>): RuntimeName {
  const name = runtimeOf[family];
  const files = [...model];
  const isOnnx = files.some((path) => /\.onnx$/i.test(path));
  if (name === undefined || (family === 'imported' && isOnnx))
    throw usageError({
      code: 'not-portable',
      message: `A model of the family ${family}${isOnnx ? ' in ONNX' : ''} runs by a library that a single file does not carry.`,
      hint: 'Serve it instead: `aieng serve`, or an image of it: `aieng package --image <name>`.',
    });
  return family === 'linear' && files.includes('model.json') ? 'all' : name;
}

/** The text of a runtime, which the build of this package wrote. */
export async function readRuntime(name: RuntimeName): Promise<string> {
  try {
    return await readFile(builtFile(`${name}.runtime.js`), 'utf8');
  } catch (cause) {
    throw usageError({
      code: 'runtime-not-built',
      message: 'This aieng has no runtime for models that run elsewhere: it was not built in full.',
      hint: 'Install the package again, or run `npm run build` in its sources.',
      cause,
    });
  }
}
