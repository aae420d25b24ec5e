import { mostModelBytes } from '../../foreignFormats.ts';
import type { Family } from '../../model.ts';
import { treeBackend } from '../../trees/backend.ts';
import { importedParametersShape } from './parameters.ts';

/**
 * A model that was made elsewhere. It learns nothing here: its file is taken as it is, and judged, packaged and served as any
 * other model.
 */
export const imported: Family = {
  name: 'imported',
  complexity: 9,
  byName: true,
  given: {
    mostBytes: mostModelBytes,
    read: async (name, bytes) => (await import('./given.ts')).readGiven(name, bytes),
  },
  input: 'prepared',
  parameters: importedParametersShape,
  backend: () => Promise.resolve(treeBackend),
  fit: async (job) => (await import('./takeAsGiven.ts')).takeAsGiven(job),
  load: async (files, task) => (await import('./loadForeign.ts')).loadForeign(files, task),
};
