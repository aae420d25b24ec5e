import type { Backend } from '../../model.ts';

/** What computes linear models: float64 in the order of the cells, the same bits everywhere. */
export const linearBackend: Backend = { name: 'javascript', version: 'linear 1' };
