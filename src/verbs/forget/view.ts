import type { ForgetResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { facts, headline, list } from '../view/blocks.ts';
import { count, counted } from '../view/format.ts';

/** `forget`: what is gone, and what is not. */
export const forgetView: View<Outcome<ForgetResult>> = {
  blocks: ({ pipeline, result: { row, predictions, labels, folded, rejected, examples, why, remains } }) => [
    headline(
      predictions + labels + folded + rejected === 0 ? 'none' : 'good',
      predictions + labels + folded + rejected === 0
        ? 'nothing of that row is in the prediction log, the training rows of it, or the rejected records'
        : `${counted(predictions, 'prediction')}, ${counted(labels, 'label')}, ${counted(folded, 'expired training row')} and ${counted(rejected, 'rejected record')} forgotten`,
      pipeline,
    ),
    facts([
      ['why', why],
      [
        'withheld',
        examples === 0
          ? null
          : `its id, in ${counted(examples, 'place')} that gave it as an example of a label`,
      ],
      ['on record as', row],
    ]),
    list(
      remains.map(({ where, count: found, what }) => ({
        sign: found > 0 ? 'warn' : 'none',
        text: found > 0 ? `${where}: ${count(found)}` : where,
        note: what,
      })),
      'where the row may still be',
    ),
  ],
  essential: ({ result: { predictions, labels, folded, rejected } }) => [
    `${predictions} ${labels} ${folded} ${rejected}`,
  ],
};
