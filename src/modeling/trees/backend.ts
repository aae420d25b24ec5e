import type { Backend } from '../model.ts';

/** What computes trees: float64, the same bits everywhere. */
export const treeBackend: Backend = { name: 'javascript', version: 'trees 1' };
