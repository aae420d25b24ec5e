import { Type } from '@sinclair/typebox';
import { count, digest, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const forgetResult = Type.Object({
  row: digest('Salted hash of the id: what the record keeps of it.'),
  predictions: count('Taken out of the prediction log.'),
  labels: count('Taken out of it: of the row, or of one of these predictions.'),
  folded: count('Labelled rows of expired predictions that were taken out of the training rows.'),
  rejected: count('Rejected records that were taken out of what ingests kept.'),
  examples: count(
    'Reports, decisions, pages and alerts that gave its id as an example of a label: it is withheld there.',
  ),
  why: text(),
  remains: Type.Array(
    Type.Object({
      where: text(),
      count: count('Rows that were found there; 0 where that was not looked at.'),
      what: text('What it takes to remove them.'),
    }),
    { description: 'Where the row may still be, and what to do.' },
  ),
});
/** What `forget` gives, member by member: docs/json.md#forget. */
export type ForgetResult = Shape<typeof forgetResult>;
