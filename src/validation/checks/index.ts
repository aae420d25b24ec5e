import { allMissing } from './allMissing.ts';
import type { Check, CheckInput } from './check.ts';
import { columnAdded } from './columnAdded.ts';
import { constant } from './constant.ts';
import { distributionChange } from './distributionChange.ts';
import { duplicateRows } from './duplicateRows.ts';
import { idLike } from './idLike.ts';
import { labelMissing } from './labelMissing.ts';
import { labelOneClass } from './labelOneClass.ts';
import { lowPresence } from './lowPresence.ts';
import { missingColumn } from './missingColumn.ts';
import { missingShareChange } from './missingShareChange.ts';
import { newColumn } from './newColumn.ts';
import { outOfRange } from './outOfRange.ts';
import { rowCountChange } from './rowCountChange.ts';
import { tooFewRows } from './tooFewRows.ts';
import { typeMismatch } from './typeMismatch.ts';
import { unevenFiles } from './unevenFiles.ts';
import { unexpectedValue } from './unexpectedValue.ts';
import { finish } from '../../work.ts';
import type { Work } from '../../work.ts';
import type { Finding, Severity } from '../finding.ts';

export type { Check, CheckInput } from './check.ts';

/** Every check, in the order in which findings of equal severity are shown. */
export const checks: readonly Check[] = [
  missingColumn,
  newColumn,
  unevenFiles,
  columnAdded,
  typeMismatch,
  unexpectedValue,
  outOfRange,
  lowPresence,
  allMissing,
  constant,
  labelMissing,
  labelOneClass,
  tooFewRows,
  duplicateRows,
  idLike,
  rowCountChange,
  missingShareChange,
  distributionChange,
];

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Runs every check over a snapshot: errors first, then warnings, then what is for information. */
export function check(input: CheckInput): Finding[] {
  return finish(checking(input));
}

/** `check` in pieces: it counts the table's rows for each check. */
export function* checking(input: CheckInput): Work<Finding[]> {
  const findings: Finding[] = [];
  for (const one of checks) {
    findings.push(...one.run(input));
    yield input.table.rows;
  }
  return inOrder(findings);
}

/** Errors first, then warnings, then what is for information; within each as they come. */
export const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((left, right) => rank[left.severity] - rank[right.severity]);
