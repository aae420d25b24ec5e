import { damagedError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { ModelFiles } from '../model.ts';

/** What turns a family's sums into answers: stands in its files, and says that they answer this task and no other. */
export const links = { binary: 'sigmoid', multiclass: 'softmax', regression: 'identity' } as const;

/** How a family reads the files that it wrote. */
interface OwnFiles {
  /** They are not what the family writes, and why: exit 8. */
  readonly damaged: (problem: string) => AiengError;
  /** @throws damaged where there is no such file */
  readonly bytes: (files: ModelFiles, path: string) => Uint8Array;
  /** @throws damaged where there is no such file, or it is not JSON */
  readonly json: (files: ModelFiles, path: string) => unknown;
}

/** The reading that all families of files of our own share: a file is there and is what it says, or the bundle is damaged. */
export function ownFiles(family: string): OwnFiles {
  const damaged = (problem: string): AiengError =>
    damagedError({
      code: `${family}-damaged`,
      message: `The model's files are not what the family ${family} writes: ${problem}.`,
      hint: 'Take the bundle again from where it was packaged, or train and package again.',
    });
  const bytes = (files: ModelFiles, path: string): Uint8Array => {
    const found = files.get(path);
    if (found === undefined) throw damaged(`${path} is absent`);
    return found;
  };
  const json = (files: ModelFiles, path: string): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes(files, path)));
    } catch (error) {
      if (error instanceof SyntaxError) throw damaged(`${path} is not JSON`);
      throw error;
    }
  };
  return { damaged, bytes, json };
}
