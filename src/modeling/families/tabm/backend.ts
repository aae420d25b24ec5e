import type { Backend } from '../../model.ts';

/** What these nets are computed with: the kernel that trains all nets. */
export const sharedBackend: Backend = { name: 'wasm', version: 'net kernel 1' };
