import type { Column } from '../../data/columns.ts';
import { isMissing } from '../../data/columns.ts';
import { hashText } from '../../hash.ts';
import { cellText } from '../cells.ts';
import { percent } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { ColumnProfile } from '../profile.ts';
import type { FitnessCheck, Looked } from './fitness.ts';
import { groupLine } from './fitness.ts';

// Somebody (a customer, a patient, a machine) with several rows, some of which train and some of which test.

/** So many rows on average: below it hardly anybody comes twice, above it is a kind of rows rather than somebody. */
const rowsEach = { least: 1.2, most: 50 };
const fewestEach = 20;
/** Names of those who come back. */
const somebody =
  /^(.*[_ .-])?(customer|client|patient|user|member|subject|person|participant|household|family|account|acct|employee|student|driver|device|machine|engine|unit|vehicle|sensor|visitor|session|card|policy|animal|speaker|author|player|respondent|cow|hh|cust|emp|usr)([_ .-]?(id|no|nr|num|number|code|key|name|ref))?$/i;
const anId = /(^|[_ .-])(id|uuid|guid)$|[a-z]I[Dd]$/;
/** Other columns that do not change within one's rows make it somebody, whatever the name. */
const fixedColumns = 2;
const fixedShare = 0.95;
/** A column that agrees by chance in more pairs than this proves nothing. */
const agreesByChance = 0.6;
/** Somebodies that are looked at: all rows of each. */
const mostRows = 100_000;

interface Group {
  readonly name: string;
  readonly first: number;
  readonly rows: number[];
}

/** Rows by what stands in a column; of many rows, those of a part of the values. */
function groupsOf(column: Column, rows: number): Group[] {
  const groups = new Map<string, Group>();
  const part = Math.ceil(rows / mostRows);
  for (let row = 0; row < rows; row += 1) {
    if (isMissing(column, row)) continue;
    const text = cellText(column, row);
    if (part > 1 && (hashText(text) >>> 0) % part !== 0) continue;
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { name: text, first: row, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

/** Chance that two rows agree in a column. */
function agreement(column: Column, rows: readonly number[]): number {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = cellText(column, row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  let sum = 0;
  for (const count of counts.values()) sum += (count / rows.length) ** 2;
  return sum;
}

/** Columns that hold one and the same value in all rows of nearly each group. */
function fixedIn(looked: Looked, name: string, groups: readonly Group[]): string[] {
  const several = groups.filter(({ rows }) => rows.length > 1).slice(0, 500);
  const rows = several.flatMap((group) => group.rows.slice(0, 20));
  if (several.length < fewestEach) return [];
  return looked.features.flatMap(({ name: other, column }) => {
    if (other === name || agreement(column, rows) > agreesByChance) return [];
    const fixed = several.filter((group) => {
      const text = cellText(column, group.first);
      return group.rows.every((row) => cellText(column, row) === text);
    });
    return fixed.length >= fixedShare * several.length ? [other] : [];
  });
}

function candidate({ rows, missing, distinct, kind }: ColumnProfile): boolean {
  const each = (rows - missing) / Math.max(1, distinct);
  return (
    kind !== 'time' &&
    distinct >= fewestEach &&
    each >= rowsEach.least &&
    each <= rowsEach.most &&
    missing < 0.5 * rows
  );
}

function findingOf(looked: Looked, profile: ColumnProfile, column: Column): Finding[] {
  const { name } = profile;
  const named = somebody.test(name) || anId.test(name);
  const whole =
    column.kind !== 'number' ||
    column.values.every((value) => Number.isNaN(value) || Number.isInteger(value));
  // A number without such a name is a quantity.
  if (!whole || (!named && column.kind === 'number')) return [];
  const groups = groupsOf(column, profile.rows);
  const fixed = named ? [] : fixedIn(looked, name, groups);
  if (!named && fixed.length < fixedColumns) return [];
  const all = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const several = groups.filter(({ rows }) => rows.length > 1);
  const shared = several.reduce((sum, { rows }) => sum + rows.length, 0) / Math.max(1, all);
  const most = several.sort((left, right) => right.rows.length - left.rows.length).slice(0, 3);
  const because = named ? '' : ` (${fixed.slice(0, 3).join(', ')} never change within one)`;
  return [
    {
      check: 'groups-over-split',
      column: name,
      severity: 'warning',
      message: `${name} stands for ${profile.distinct} that have ${(profile.rows / profile.distinct).toFixed(1)} rows each${because}, and the split deals rows out one by one: ${percent(shared)} of the rows have one of the same ${name} that may lie in another part.`,
      count: Math.round(shared * (profile.rows - profile.missing)),
      examples: most.map((group) => ({
        rowId: looked.input.rowIds.at(group.first) ?? String(group.first),
        value: `${name} ${group.name}: ${group.rows.length} rows`,
      })),
      fix: `If the model is for others than these, keep the rows of one together: ${groupLine(name)}`,
      effect: { measure: 'share', value: shared },
      line: groupLine(name),
    },
  ];
}

function run(looked: Looked): Finding[] {
  const { input, label } = looked;
  // Split by time, those who come back are known when their next row comes.
  if (input.split.strategy === 'time' || input.split.strategy === 'group') return [];
  return input.profile.columns.flatMap((profile) => {
    const column = input.table.columns.get(profile.name);
    if (column === undefined || profile.name === label || input.rowIdColumns.includes(profile.name))
      return [];
    return candidate(profile) ? findingOf(looked, profile, column) : [];
  });
}

/** Somebody's rows on both sides of the split. */
export const entities: FitnessCheck = {
  name: 'groups-over-split',
  description: 'A customer, a patient, a machine has several rows, and the split deals rows out one by one.',
  run,
};
