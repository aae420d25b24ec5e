import { withheld } from '../../data/personal.ts';
import { formatPercent } from '../../statistics/figures.ts';
import type { ColumnDrift, MonitorReport, SchemaAlarm } from '../report.ts';

type Findings = Pick<MonitorReport, 'drift' | 'schema'>;

/** What a change of a personal column was, without a word, a bound or a mean of it. */
function driftWithout(drift: ColumnDrift): ColumnDrift {
  return { ...drift, change: `${withheld} values changed`, bins: [] };
}

function alarmWithout(alarm: SchemaAlarm): SchemaAlarm {
  const share = formatPercent(alarm.share);
  switch (alarm.kind) {
    case 'new-category':
      return {
        ...alarm,
        message: `${alarm.column}: ${withheld} values never seen before, in ${share} of the rows.`,
      };
    case 'out-of-range':
      return {
        ...alarm,
        message: `${alarm.column}: ${share} of the rows lie outside the range it had before.`,
      };
    case 'column-missing':
    case 'type-change':
      return alarm;
  }
}

/**
 * Findings without the values of personal columns, which a pipeline may name as features: alarms and reports are sent to
 * people and services that never were to see them. That such a column changed, and how far, is told.
 */
export function withoutPersonalValues({ drift, schema }: Findings, personal: ReadonlySet<string>): Findings {
  const isPersonal = (column: string, of: ColumnDrift['of'] = 'input'): boolean =>
    of === 'input' && personal.has(column);
  return {
    drift: drift.map((each) => (isPersonal(each.column, each.of) ? driftWithout(each) : each)),
    schema: schema.map((each) => (isPersonal(each.column) ? alarmWithout(each) : each)),
  };
}
