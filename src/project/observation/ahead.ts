import type { MonitorReport } from '../../monitoring/report.ts';
import { formatCount } from '../../statistics/figures.ts';

/** That the clock of now or the one of then is wrong, where predictions are dated after now; else nothing. */
export function datedAhead({ window: { later = 0 } }: Pick<MonitorReport, 'window'>): readonly string[] {
  if (later === 0) return [];
  return [
    `${formatCount(later, 'prediction')} of the log ${later === 1 ? 'is' : 'are'} dated more than an hour after now: this machine's clock is wrong, or was when they were made. They are neither judged nor learnt from before that time has come.`,
  ];
}
