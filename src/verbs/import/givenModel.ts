import { basename, dirname, resolve } from 'node:path';
import { readFileWithin, readWholeFile } from '../../disk/wholeFile.ts';
import type { ForeignModel } from '../../modeling/families/imported/foreign.ts';
import { externalFiles } from '../../modeling/families/imported/onnx/external.ts';
import { readForeign, recogniseFormat } from '../../modeling/families/imported/read.ts';
import { mostModelBytes } from '../../modeling/foreignFormats.ts';
import type { ForeignFormat } from '../../modeling/foreignFormats.ts';
import type { ModelFiles } from '../../modeling/model.ts';
import type { Context } from '../../project/context.ts';

/** A model file, read and checked. */
export interface GivenModel {
  readonly name: string;
  readonly format: ForeignFormat;
  /** The file itself, then files beside it that its weights lie in, by path from its folder. */
  readonly files: ModelFiles;
  /** What it says of itself; it answers once it is bound to columns. */
  readonly foreign: Omit<ForeignModel, 'sums' | 'answersOf' | 'dispose'>;
}

/** @throws a usage error where the file, or one that its weights lie in, is absent or refused */
export async function readModel(context: Context, given: string): Promise<GivenModel> {
  const path = resolve(context.environment.cwd, given);
  const bytes = await readWholeFile(path, mostModelBytes);
  const name = basename(path);
  const format = recogniseFormat(name, bytes);
  const files = new Map([[name, bytes]]);
  let left = mostModelBytes - bytes.length;
  for (const beside of format === 'onnx' ? externalFiles(bytes) : []) {
    const content = await readFileWithin(dirname(path), beside, left);
    left -= content.length;
    files.set(beside, content);
  }
  const foreign = await readForeign(format, files);
  foreign.dispose?.();
  return { name, format, files, foreign };
}
