import type { MonitorResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { ObjectiveReport } from '../../monitoring/objectives.ts';
import type { ColumnDrift, HealthReport, PerformanceReport } from '../../monitoring/report.ts';
import type { Block, Sign, View, Words } from '../view/blocks.ts';
import { command, facts, headline, list, next, right, table, toned } from '../view/blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { count, counted, figure, percent, versioned } from '../view/format.ts';
import { labelProblems, labelWords } from '../view/labels.ts';
import { promiseWords } from '../view/promise.ts';
import { utcMinute } from '../../utc.ts';

const columnsShown = 12;

const isShort = ({ state, note }: ColumnDrift): boolean => state === 'not enough data' && note === undefined;

/** How many columns have too few rows to be judged: what these show so far is mostly chance. */
function shortWords(drift: readonly ColumnDrift[]): string | null {
  const short = drift.filter(isShort).length;
  if (short === 0) return null;
  const columns =
    short === drift.length ? 'no column is' : `${count(short)} of ${counted(drift.length, 'column')} are not`;
  return `${columns} judged yet: too few rows (monitor.min_rows)`;
}

function driftTable(drift: readonly ColumnDrift[]): Block {
  const judged = drift.filter((column) => !isShort(column));
  const drifted = judged.filter(({ state }) => state === 'drifted');
  const order = [...judged].sort(
    (left, right) =>
      Number(left.state === 'stable') - Number(right.state === 'stable') ||
      Number(right.state === 'drifted') - Number(left.state === 'drifted') ||
      right.effect - left.effect,
  );
  // All that drifted or wait, and the nearest of the others: a hundred stable columns say nothing.
  const waits = judged.filter(({ state }) => state === 'not enough data');
  const shown = order.slice(0, Math.max(columnsShown, drifted.length + waits.length));
  const left = judged.length - shown.length;
  return table(
    ['column', 'state', right('effect'), right('adjusted p'), 'change'],
    shown.map(({ column, of, state, effect, adjustedP, change, note }) => [
      of === 'prediction' ? `→ ${column}` : column,
      toned(state === 'drifted' ? 'bad' : 'dim', state),
      figure(effect),
      figure(adjustedP),
      note === undefined ? change : `${change}; ${note}`,
    ]),
    left > 0
      ? `drift (${left === 1 ? 'one more column is' : `${count(left)} more columns are`} stable)`
      : 'drift',
  );
}

function performanceWords(performance: PerformanceReport): Words {
  const { state, metric, current, reference, low, high, labelled, rows } = performance;
  if (state === 'not enough labels' || current === null) {
    return `not enough labels (${count(labelled)} of ${counted(rows, 'prediction')} of that time)`;
  }
  const range = low === null || high === null ? '' : ` (${figure(low)} to ${figure(high)})`;
  const words = `${metricName(metric)} ${figure(current)}${range}, was ${figure(reference)}; ${counted(labelled, 'label')}`;
  return toned(state === 'worse' ? 'bad' : 'good', words);
}

/** Since when, by whom and why another reference than the bundle's counts. */
function acceptedWords({ accepted = null }: MonitorResult): string | null {
  if (accepted === null) return null;
  const { at, by, who, why } = accepted;
  return `accepted on ${utcMinute(at)} by ${by === 'retrain' ? 'aieng retrain' : who}: ${why}`;
}

/** What the metric is to be without labels, with what that is worth. */
function estimateWords({ estimate = null }: PerformanceReport): Words | null {
  if (estimate === null) return null;
  const { metric, value, reference, trust } = estimate;
  const was = reference === null ? '' : `, was ${figure(reference)} on test rows`;
  return toned('dim', `${metricName(metric)} ${figure(value)} without labels${was}. ${trust}`);
}

/** Which part of the rows got worse, the first of them alone. */
function whereWords({ slices = null, state }: PerformanceReport): Words | null {
  if (slices === null) return null;
  const { found, worse, searched, whole, metric } = slices;
  const [first] = found;
  const parts = counted(searched, 'part');
  if (first === undefined)
    return state === 'worse' && searched > 0
      ? toned('dim', `none of ${parts} stands out beyond chance`)
      : null;
  const lost = `${metricName(metric)} ${figure(first.reference)} → ${figure(first.current)} (worse by ${figure(first.worsening)}, ${figure(first.low)} to ${figure(first.high)}; all rows by ${figure(whole)})`;
  const others = worse === 1 ? `of ${parts}` : `${count(worse - 1)} more of ${parts} got worse`;
  const apart = found.some((each) => each.apart) ? '' : '; none by more than all rows: it is everywhere';
  return toned('bad', `${first.slice}: ${lost}; ${others}${apart}`);
}

function healthWords(health: HealthReport): Words | null {
  const {
    state,
    since,
    requests,
    errorRate,
    p99Ms,
    memoryMb,
    lostRecords,
    waitingRecords = 0,
    refused = 0,
    restarts = 0,
    message,
  } = health;
  if (state === 'not asked') return null;
  if (state === 'not running') return toned('bad', message === '' ? state : message);
  const words = [
    counted(requests, 'request'),
    `${percent(errorRate)} errors`,
    ...(p99Ms === null ? [] : [`p99 ${figure(p99Ms)} ms`]),
    ...(memoryMb === null ? [] : [`${count(memoryMb)} MB`]),
    ...(lostRecords === 0 ? [] : [`${counted(lostRecords, 'prediction')} not recorded`]),
    ...(waitingRecords === 0 ? [] : [`${counted(waitingRecords, 'prediction')} not yet on the disk`]),
    ...(refused === 0 ? [] : [`${counted(refused, 'request')} refused for load`]),
    ...(restarts === 0 ? [] : [counted(restarts, 'restart')]),
    since === null ? 'since it started' : `since ${utcMinute(since)}`,
  ].join(' · ');
  return toned(state === 'ok' ? 'good' : 'bad', words);
}

/** How what runs beside the version in charge does, and what was done with it. */
function secondWords({ name, second }: MonitorResult): Words | null {
  if (second === undefined || second === null) return null;
  const { version, share, rows, faults, labelled, state, done, because } = second;
  const seen = [
    `${versioned(name, version)} for ${percent(share)} of the requests`,
    `${counted(rows, 'row')} answered by both, ${count(labelled)} with a label`,
    ...(faults === 0 ? [] : [counted(faults, 'fault')]),
  ].join(' · ');
  return toned(
    ({ good: 'good', bad: 'bad', open: 'warn' } as const)[state],
    `${done === 'nothing' ? state : done}: ${seen}. ${because}`,
  );
}

/** An objective, what came of it, and what is left of its budget. */
function objectiveFact({
  objective,
  message,
  budgetLeft,
  burns,
}: ObjectiveReport): readonly [label: string, said: Words] {
  const said = `${message} ${percent(Math.max(0, budgetLeft))} of the budget of 30 days is left.`;
  return [objective, burns.some(({ fired }) => fired) ? toned('bad', said) : said];
}

/** The drifted inputs that explain the change. */
function explainedWords({ explained = [] }: MonitorResult): string | null {
  const named = explained.filter(({ share }) => share > 0).slice(0, 3);
  if (named.length === 0) return null;
  return `${named.map(({ column, share }) => `${column} ${percent(share)}`).join(', ')} (importance × drift)`;
}

/** What of a window is no row, or none of its own. */
const besideRows = ({ rejected, repeats = 0, later = 0 }: MonitorResult['window']): string =>
  [
    repeats === 0 ? '' : `, ${count(repeats)} of them seen before with the same cells`,
    rejected === 0 ? '' : `, ${counted(rejected, 'record')} rejected`,
    later === 0 ? '' : `, ${counted(later, 'prediction')} dated after now`,
  ].join('');

/** How the log was looked at, and what is to be known before its findings are believed. */
function lookingWords({ looking }: MonitorResult): string | null {
  const [all] = looking?.windows ?? [];
  if (looking === undefined || all === undefined) return null;
  const sizes = looking.windows.map(({ rows }) => rows);
  const rows = sizes.every((each) => each === 1) ? 'row' : `${sizes.map(count).join(', ')} rows`;
  const words = `the newest ${rows}; charged as ${counted(Math.round(all.looks), 'look')}`;
  return looking.message === null ? words : `${words}. ${looking.message}`;
}

const signs: Readonly<Record<MonitorResult['decision'], Sign>> = {
  calm: 'good',
  alarm: 'bad',
  accepted: 'good',
  'not enough data': 'warn',
};

/** `monitor`: calm or alarm, which columns, what it costs. */
export const monitorView: View<Outcome<MonitorResult>> = {
  blocks: ({ result, reports }) => {
    const { name, version, window, labels, drift, schema, performance, health, alarms, decision } = result;
    const span =
      window.from === null || window.to === null
        ? ''
        : `, ${utcMinute(window.from)} to ${utcMinute(window.to)}`;
    return [
      headline(
        signs[decision],
        `${versioned(name, version)}: ${decision}`,
        `${counted(window.rows, 'row')}${span}${besideRows(window)}`,
      ),
      list(
        alarms.map(({ message }) => ({ sign: 'bad', text: message })),
        'alarms',
      ),
      list(
        decision === 'accepted'
          ? (result.accepted?.seen ?? []).map(({ message }) => ({ sign: 'good', text: message }))
          : [],
        'accepted, and no alarm any more',
      ),
      facts([
        ['performance', performanceWords(performance)],
        ['reference', acceptedWords(result)],
        ['judged', performance.message === '' ? null : (performance.message ?? null)],
        ['promise', promiseWords(performance.promise ?? null)],
        ['estimate', estimateWords(performance)],
        ['where', whereWords(performance)],
        ['explained by', explainedWords(result)],
        ['drift', shortWords(drift)],
        ['looking', lookingWords(result)],
        ['labels', labelWords(labels)],
        ['cost', performance.cost],
        ['health', healthWords(health)],
        [result.second?.role ?? 'beside', secondWords(result)],
        ...(health.objectives ?? []).map(objectiveFact),
        ['report', reports?.join(', ') ?? null],
      ]),
      labelProblems(labels),
      list(
        schema.map(({ message }) => ({ sign: 'warn', text: message })),
        'shape of the data',
      ),
      driftTable(drift),
      // A canary that just took over answers the alarm: what it does has to be looked at first.
      decision === 'alarm' && result.second?.done !== 'promoted' ? next(command('retrain', name)) : next(),
    ];
  },
  essential: ({ result }) => [result.decision, ...result.alarms.map(({ message }) => message)],
};
