import { Type } from '@sinclair/typebox';
import { count, figure, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';

/** What a check found: which rows, how many, what to do. */
export const findingShape = Type.Object(
  {
    check: text("The check's name in TFDV's words: `missing-column`, `unexpected-value`, `low-presence`."),
    column: Type.Optional(text('Several are separated by a comma and a blank.')),
    severity: oneOf(['error', 'warning', 'info']),
    message: text('One sentence: got versus expected.'),
    count: count('Rows concerned.'),
    examples: Type.Array(Type.Object({ rowId: text(), value: text() }), {
      description: 'Up to 5 offending cells with their row id.',
    }),
    fix: text('The one thing to do next.'),
    at: Type.Optional(
      Type.Object(
        { file: text(), line: count('From 1.') },
        { description: 'Where the first of them stands, where that is known: reports for CI point there.' },
      ),
    ),
    record: Type.Optional(
      count('Place in the snapshot, from 0, of the first of those rows that were looked at.'),
    ),
    effect: Type.Optional(
      Type.Object(
        {
          measure: oneOf(
            ['auc', 'r2', 'share', 'correlation', 'accuracy'],
            'Area under the ROC curve, R² of ranks, share of rows, Pearson’s r, the best accuracy that is left.',
          ),
          value: figure(),
        },
        { description: 'How strong it is, where that is a figure.' },
      ),
    ),
    line: Type.Optional(text('What to write into the pipeline file, where a line of it is the remedy.')),
  },
  { title: 'Finding' },
);
/** What validation found in a column or in all rows: docs/json.md#finding. */
export type Finding = Shape<typeof findingShape>;
export type Severity = Finding['severity'];

/**
 * Whether a finding is about a column, alone or among others (`a, b`). Names may hold a comma themselves, so they are looked
 * for and never cut out.
 */
export const isAbout = (finding: Pick<Finding, 'column'>, name: string): boolean =>
  finding.column !== undefined && `, ${finding.column}, `.includes(`, ${name}, `);

/** Checks whose findings are not of the rows of a snapshot alone: of the one before it, or of what did not become a row. */
export const ofOtherRows: ReadonlySet<string> = new Set([
  'column-added',
  'distribution-change',
  'missing-share-change',
  'new-column',
  'row-count-change',
  'type-mismatch',
]);
