import { fileURLToPath } from 'node:url';

// What is compiled lies flat in `dist` (scripts/build.mjs): this file, and all that is gathered with it, is there one
// folder below the package's own, as it is in `src`. No other file of ours may ask where it lies.

/** A path below aieng's own folder, the one with its package.json. */
export const ownPath = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

/** A file that the build writes beside the compiled code; beside the sources there is none. */
export const builtFile = (name: string): URL => new URL(name, import.meta.url);
