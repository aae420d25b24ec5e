import type { MonitorReport } from '../../monitoring/report.ts';

export type MonitorResult = MonitorReport;
