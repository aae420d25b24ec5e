import type { Context } from '../../../project/context.ts';
import type { Statuses } from './statuses.ts';

/** What the readers of pages share. */
export interface Reading {
  readonly context: Context;
  readonly statuses: Statuses;
}
