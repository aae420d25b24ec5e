import type { World } from '../doors.ts';
import type { Embedded } from '../embedded.ts';
import { importedLoader } from '../loaders.ts';
import { start } from './start.ts';
import type { Started } from './start.ts';

/** The runtime of trees that were grown elsewhere. */
export const open = (embedded: Embedded, world: World): Started =>
  start(embedded, { imported: importedLoader }, world);
