import { monitorReportShape } from '../../monitoring/report.ts';
import type { MonitorReport } from '../../monitoring/report.ts';

export const monitorResult = monitorReportShape;
export type MonitorResult = MonitorReport;
