import { monitorReportShape } from '../../monitoring/report.ts';
import type { MonitorReport } from '../../monitoring/report.ts';

export const monitorResult = monitorReportShape;
/** What `monitor` gives, member by member: docs/json.md#monitor. */
export type MonitorResult = MonitorReport;
