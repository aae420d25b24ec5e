import type { GivenModels } from '../../model.ts';
import { looseWords } from './lightgbm.ts';
import { mostModelBytes, readForeign, recogniseFormat } from './read.ts';

/** How a file becomes a model of this family: read, and checked in full. */
export const givenModels: GivenModels = {
  mostBytes: mostModelBytes,
  read: async (name, bytes) => {
    const format = recogniseFormat(name, bytes);
    const { inputs, notes, dispose } = await readForeign(format, new Map([[name, bytes]]));
    dispose?.();
    return { format, inputs, notes, loose: format === 'lightgbm' ? looseWords(bytes) : [] };
  },
};
