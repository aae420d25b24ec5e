import { cellReader, fieldsOf, rowsAtOnce, saysOf, shown } from '../../ownCells.ts';
import type { Cells, DeclaredInput } from '../../ownCells.ts';
import { pieceRows } from '../../work.ts';
import type { Work } from '../../work.ts';
import { cellText } from '../cells.ts';
import type { CheckInput } from '../checks/check.ts';
import { firstRecord, percent, rowCount, tolerance } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import type { LoadedCheck, LoadedChecks } from './loaded.ts';

/** What checks of a team's own are judged on. */
type OwnCheckInput = Pick<CheckInput, 'table' | 'rowIds' | 'recordOf'>;

type Rows = (row: number) => Cells;

/** A check that could not do its work. */
class Failed extends Error {
  override readonly name = 'Failed';
  readonly fix: string;
  constructor(message: string, fix: string, cause?: unknown) {
    super(message, { cause });
    this.fix = fix;
  }
}

const examplesKept = 5;
/** A check of all rows that finds more has found one thing. */
const mostFindings = 50;

/** The columns that a check reads; it is told where the data has others. */
function rowsFor(inputs: readonly DeclaredInput[], { table }: OwnCheckInput): Rows {
  const readers = inputs.map(({ name, kind }) => {
    const column = table.columns.get(name);
    if (column?.kind === kind) return [name, cellReader(column)] as const;
    throw new Failed(
      column === undefined
        ? `it reads a column ${name}, which the snapshot does not have`
        : `it reads ${name} as ${kind}, and the row schema has it as ${column.kind}`,
      column === undefined
        ? `The snapshot has ${[...table.columns.keys()].slice(0, 20).join(', ')}; a personal column that nothing of the pipeline names is not kept.`
        : `Write inputs: { ${name}: '${column.kind}' }.`,
    );
  });
  return (row) => Object.fromEntries(readers.map(([name, read]) => [name, read(row)]));
}

const about = ({ inputs }: LoadedCheck): string => inputs.map(({ name }) => name).join(', ');
const reason = ({ because }: LoadedCheck): string => (because === '' ? '' : ` (${because})`);

/** A row as an example shows it: what the check reads of it. */
const exampleOf = ({ inputs }: LoadedCheck, { table, rowIds }: OwnCheckInput, row: number) => ({
  rowId: rowIds.at(row) ?? String(row),
  value: inputs
    .map(({ name }) => {
      const text = cellText(table.columns.get(name)!, row);
      return inputs.length === 1 ? text : `${name} ${text}`;
    })
    .join(', '),
});

/** What rows show: how many, the first few of them, and where the first one stands. */
const evidenceOf = (
  check: LoadedCheck,
  input: OwnCheckInput,
  rows: readonly number[],
): Pick<Finding, 'examples' | 'record'> => ({
  examples: rows.slice(0, examplesKept).map((row) => exampleOf(check, input, row)),
  ...firstRecord(input.recordOf === undefined ? {} : { recordOf: input.recordOf }, rows),
});

const verdictOf = (name: string, value: unknown): boolean | null => {
  if (value === null || typeof value === 'boolean') return value;
  throw new Failed(
    `holds gave ${shown(value)}, expected true, false or null`,
    `Let holds of ${name} answer one of the three; null = the row cannot be judged.`,
  );
};

/** Judges each row. */
function* judgingRows(
  check: LoadedCheck,
  { holds, expected, mostly }: Extract<LoadedCheck['how'], { of: 'rows' }>,
  { within }: LoadedChecks,
  input: OwnCheckInput,
): Work<Finding[]> {
  const rowOf = rowsFor(check.inputs, input);
  let judged = 0;
  let failed = 0;
  let row = 0;
  let since = 0;
  const first: number[] = [];
  while (row < input.table.rows) {
    const end = Math.min(input.table.rows, row + rowsAtOnce);
    const start = row;
    within(() => {
      for (; row < end; row += 1) {
        const verdict = verdictOf(check.name, holds(rowOf(row)));
        if (verdict !== null) judged += 1;
        if (verdict !== false) continue;
        failed += 1;
        if (first.length < examplesKept) first.push(row);
      }
    });
    since += row - start;
    if (since < pieceRows) continue;
    yield since;
    since = 0;
  }
  yield since;
  if (failed === 0) return [];
  const { tolerated, said } = tolerance(mostly, failed, judged);
  return [
    {
      check: `own-${check.name}`,
      column: about(check),
      severity: tolerated ? 'info' : check.severity,
      message: `${rowCount(failed)} of ${judged} (${percent(failed / judged)}) are not as expected: ${expected}${reason(check)}.${said}`,
      count: failed,
      fix: tolerated ? 'Nothing to do.' : `Correct the source, or the check in ${check.file}.`,
      ...evidenceOf(check, input, first),
    },
  ];
}

const wrongFinding = (what: string): Failed =>
  new Failed(
    `check gave ${what}`,
    'Give a list of findings: [{ message: "got … expected …", rows: [0, 7] }], an empty one where all is well.',
  );

/** Rows that a finding names, each once, in their order. */
function rowsNamed(value: unknown, rows: number): readonly number[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw wrongFinding(`rows as ${shown(value)}`);
  const named = new Set<number>();
  for (const row of value as readonly unknown[]) {
    if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row >= rows)
      throw wrongFinding(`the row ${shown(row)}, of rows 0 to ${rows - 1}`);
    named.add(row);
  }
  return [...named].sort((left, right) => left - right);
}

/** One finding of a check of all rows. */
function findingOf(check: LoadedCheck, value: unknown, input: OwnCheckInput): Finding {
  const { message, column, rows, severity = check.severity } = fieldsOf(value) ?? {};
  if (typeof message !== 'string' || message === '') throw wrongFinding(`${shown(value)} without a message`);
  if (severity !== 'error' && severity !== 'warning') throw wrongFinding(`the severity ${shown(severity)}`);
  if (column !== undefined && !check.inputs.some(({ name }) => name === column))
    throw wrongFinding(`the column ${shown(column)}, which it does not read`);
  const named = rowsNamed(rows, input.table.rows);
  const text = `${message.slice(0, 500)}${reason(check)}`;
  return {
    check: `own-${check.name}`,
    column: typeof column === 'string' ? column : about(check),
    severity,
    message: text.endsWith('.') ? text : `${text}.`,
    count: named.length,
    fix: `Correct the source, or the check in ${check.file}.`,
    ...evidenceOf(check, input, named),
  };
}

function judgeTable(
  check: LoadedCheck,
  { check: look }: Extract<LoadedCheck['how'], { of: 'table' }>,
  { within }: LoadedChecks,
  input: OwnCheckInput,
): Finding[] {
  const rowOf = rowsFor(check.inputs, input);
  const { rows: length } = input.table;
  const rows = {
    length,
    *[Symbol.iterator]() {
      for (let row = 0; row < length; row += 1) yield rowOf(row);
    },
  };
  const found = within(() => look(rows));
  if (!Array.isArray(found)) throw wrongFinding(shown(found));
  const list: readonly unknown[] = found;
  const told = list.slice(0, mostFindings).map((one) => findingOf(check, one, input));
  if (list.length <= mostFindings) return told;
  return [
    ...told,
    {
      check: `own-${check.name}`,
      column: about(check),
      severity: check.severity,
      message: `${list.length - mostFindings} more findings of ${check.name} are not listed.`,
      count: 0,
      examples: [],
      fix: `Let the check in ${check.file} tell of many rows in one finding.`,
    },
  ];
}

/** A check that failed is an error of the data's account: what it was to look for, nobody has looked for. */
function failedFinding(check: LoadedCheck, { placeOf }: LoadedChecks, error: unknown): Finding {
  const at = placeOf(error);
  const where = at === null ? check.file : `${at.file}:${at.line}`;
  return {
    check: `own-${check.name}`,
    column: about(check),
    severity: 'error',
    message: `The check ${check.name} failed (${where}): ${saysOf(error)}.`,
    count: 0,
    examples: [],
    fix: error instanceof Failed ? error.fix : `Mend it; \`testCheck\` runs it on rows of your own.`,
    ...(at === null ? {} : { at: { ...at } }),
  };
}

/** What a team's own checks find, in the order of their files; in pieces. A check that fails has found that. */
export function* judgingOwn(loaded: LoadedChecks, input: OwnCheckInput): Work<Finding[]> {
  const findings: Finding[] = [];
  for (const check of loaded.checks)
    try {
      findings.push(
        ...(check.how.of === 'rows'
          ? yield* judgingRows(check, check.how, loaded, input)
          : judgeTable(check, check.how, loaded, input)),
      );
    } catch (error) {
      findings.push(failedFinding(check, loaded, error));
    }
  return findings;
}
