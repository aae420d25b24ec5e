import { columnsOf } from '../../formula/formula.ts';
import { parseCondition } from '../../formula/parse.ts';
import type { Work } from '../../work.ts';
import type { CheckInput } from '../checks/check.ts';
import { firstRecord, percent, rowCount, tolerance } from '../checks/check.ts';
import type { Finding } from '../finding.ts';
import { cellType } from './cellType.ts';
import { distance } from './distance.ts';
import type { Expectation, ExpectationName } from './expectation.ts';
import { formula } from './formula.ts';
import { freshness } from './freshness.ts';
import type { ExpectationKind, Judged, RowVerdict, Verdict, WholeVerdict } from './judging.ts';
import { length } from './length.ts';
import { monotony } from './monotony.ts';
import { pattern } from './pattern.ts';
import { presence } from './presence.ts';
import { range } from './range.ts';
import { rowTotal } from './rowTotal.ts';
import { set } from './set.ts';
import { statistic } from './statistic.ts';
import { uniqueness } from './uniqueness.ts';

/** Every kind of expectation by its name. */
export const expectationKinds: { readonly [Name in ExpectationName]: ExpectationKind<Name> } = {
  presence,
  type: cellType,
  uniqueness,
  set,
  range,
  pattern,
  length,
  monotony,
  rows: rowTotal,
  freshness,
  formula,
  statistic,
  distance,
};

/** What expectations are judged on, and who the rows are. */
export type ExpectingInput = Judged & Pick<CheckInput, 'rowIds' | 'recordOf'>;

const subjectOf = (expectation: Expectation): string | undefined =>
  'column' in expectation
    ? expectation.column
    : expectation.expects === 'uniqueness'
      ? expectation.columns.join(', ')
      : expectation.expects === 'formula'
        ? columnsOf(parseCondition(expectation.that)).join(', ')
        : undefined;

const named = (expectation: Expectation): Pick<Finding, 'check' | 'column'> => {
  const column = subjectOf(expectation);
  return {
    check: `declared-${expectation.expects}`,
    ...(column === undefined ? {} : { column }),
  };
};

const reason = ({ because }: Expectation): string => (because === '' ? '' : ` (${because})`);

const remedy = ({ item, expects }: Expectation): string =>
  `Correct the source, or what checks[${item}] of the pipeline expects${expects === 'distance' ? '; a change that is here to stay is one to train on' : ''}.`;

function ofRows(
  expectation: Expectation,
  expected: string,
  { judged, failed, first, shown }: RowVerdict,
  { rowIds, recordOf }: ExpectingInput,
): Finding[] {
  if (failed === 0) return [];
  const share = failed / judged;
  const { tolerated, said } = tolerance(expectation.mostly, failed, judged);
  const of = subjectOf(expectation);
  return [
    {
      ...named(expectation),
      severity: tolerated ? 'info' : expectation.severity,
      message: `${of === undefined ? '' : `${of}: `}${rowCount(failed)} of ${judged} (${percent(share)}) are not as expected: ${expected}${reason(expectation)}.${said}`,
      count: failed,
      examples: first.map((row) => ({ rowId: rowIds.at(row) ?? String(row), value: shown(row) })),
      fix: tolerated ? 'Nothing to do.' : remedy(expectation),
      ...firstRecord({ ...(recordOf === undefined ? {} : { recordOf }) }, first),
    },
  ];
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const ofWhole = (
  expectation: Expectation,
  expected: string,
  { holds, got, rows }: WholeVerdict,
): Finding[] =>
  holds
    ? []
    : [
        {
          ...named(expectation),
          severity: expectation.severity,
          message: `${upper(got)}; expected ${expected}${reason(expectation)}.`,
          count: rows,
          examples: [],
          fix: remedy(expectation),
        },
      ];

function found(
  expectation: Expectation,
  expected: string,
  verdict: Verdict,
  input: ExpectingInput,
): Finding[] {
  switch (verdict.kind) {
    case 'rows':
      return ofRows(expectation, expected, verdict, input);
    case 'whole':
      return ofWhole(expectation, expected, verdict);
    case 'none':
      return [
        {
          ...named(expectation),
          severity: 'info',
          message: `checks[${expectation.item}] could not be judged: ${verdict.why}.`,
          count: 0,
          examples: [],
          fix: 'Nothing to do now: it is judged with the next snapshot.',
        },
      ];
  }
}

/** Judges one expectation by its kind. */
function* expectingOne(expectation: Expectation, input: ExpectingInput): Work<Finding[]> {
  const kind: Pick<ExpectationKind, 'expected' | 'judge'> = expectationKinds[expectation.expects];
  const verdict = yield* kind.judge(expectation, input);
  return found(expectation, kind.expected(expectation), verdict, input);
}

/** What the snapshot does not keep of what the pipeline's `checks` expect, in the order of the list; in pieces. */
export function* expecting(expectations: readonly Expectation[], input: ExpectingInput): Work<Finding[]> {
  const findings: Finding[] = [];
  for (const expectation of expectations) findings.push(...(yield* expectingOne(expectation, input)));
  return findings;
}
