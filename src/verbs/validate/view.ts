import type { ValidateResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import { formatPercent } from '../../statistics/figures.ts';
import type { ColumnSummary } from '../../validation/columnSummary.ts';
import type { Block, TableColumn, View, Words } from '../view/blocks.ts';
import { command, facts, headline, next, right, table, toned } from '../view/blocks.ts';
import { count, counted, shortDigest } from '../view/format.ts';
import { findingList } from '../view/evidence.ts';
import { schemaChangeTable } from '../view/schemaChanges.ts';

/** So many lines anybody reads in a terminal; the page has them all. */
const linesShown = 60;

const lines: readonly (TableColumn & { readonly of: (column: ColumnSummary) => Words })[] = [
  { title: 'column', of: ({ name }) => toned('strong', name) },
  { title: 'kind', of: ({ kind }) => kind },
  {
    ...right('missing'),
    of: ({ missing, rows }) => (missing === 0 ? '' : formatPercent(missing / Math.max(1, rows))),
  },
  { ...right('different'), of: ({ distinct }) => count(distinct) },
  { title: 'values', of: ({ values }) => toned('dim', values) },
  {
    title: 'noticed',
    of: ({ noticed }) => noticed.map((check) => check.replaceAll('-', ' ')).join(', '),
  },
];

/** Each column in one line, as the page has it; of very many, those first that something was noticed of. */
function columnTable(columns: readonly ColumnSummary[]): Block {
  const many = columns.length > linesShown;
  const sorted = many
    ? [...columns].sort((a, b) => Number(b.noticed.length > 0) - Number(a.noticed.length > 0))
    : columns;
  // Nothing is missing, nothing was noticed: a column of blanks says that no better.
  const asked = lines.filter(
    ({ title }) =>
      (title !== 'missing' || columns.some(({ missing }) => missing > 0)) &&
      (title !== 'noticed' || columns.some(({ noticed }) => noticed.length > 0)),
  );
  return table(
    asked.map(({ of: _, ...column }) => column),
    sorted.slice(0, linesShown).map((column) => asked.map(({ of }) => of(column))),
    many ? `${linesShown} of ${count(columns.length)} columns; the report has them all` : 'columns',
  );
}

/** `validate`: whether the snapshot is what the schema promises, and what is not. */
export const validateView: View<Outcome<ValidateResult>> = {
  blocks: ({ pipeline, exitCode, result, reports }) => {
    const errors = result.findings.filter(({ severity }) => severity === 'error').length;
    const warnings = result.findings.filter(({ severity }) => severity === 'warning').length;
    const said =
      errors + warnings === 0
        ? 'the data is as expected'
        : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
    return [
      headline(exitCode !== 0 ? 'bad' : warnings > 0 ? 'warn' : 'good', said, pipeline),
      facts([
        ['checked', counted(result.rows, 'row')],
        [
          'compared with',
          result.comparedWith === null ? null : `snapshot ${shortDigest(result.comparedWith)}`,
        ],
        ['report', reports?.join(', ') ?? null],
      ]),
      ...(result.accepted === null
        ? []
        : [schemaChangeTable(result.accepted.changes, `written into ${result.accepted.schema}`)]),
      findingList(result.findings),
      columnTable(result.columns),
      exitCode === 0 ? next(command('featurize', pipeline)) : next(),
    ];
  },
  essential: ({ result }) =>
    result.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
};
