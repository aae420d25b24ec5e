import type { Context } from '../../../project/context.ts';
import type { Html } from '../../../reporting/html.ts';
import type { SchedulesFacts } from '../../../ui/pages/schedules/schedules.tsx';
import type { StoreSizes } from '../../../ui/pages/store/store.tsx';
import type { Precedence } from './precedence.ts';
import type { RunIndex } from './runIndex.ts';
import type { Slowly } from './slowly.ts';
import type { Statuses } from './statuses.ts';

/** What the readers of pages share: what takes long is asked once, and remembered. */
export interface Reading {
  readonly context: Context;
  readonly precedence: Precedence;
  readonly statuses: Statuses;
  readonly runs: RunIndex;
  readonly schedules: Slowly<SchedulesFacts>;
  readonly sizes: Slowly<StoreSizes>;
  /** Reports of trainings that were drawn, by run: a run never changes. */
  readonly drawn: Map<string, readonly Html[]>;
  /** Differs where something else is known than before. */
  readonly print: () => string;
}
