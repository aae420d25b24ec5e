import type { Applied } from '../../deployment/target.ts';

export interface RollbackResult {
  readonly name: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly applied: Applied;
}
