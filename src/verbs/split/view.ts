import type { SplitResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { count, counted } from '../view/format.ts';

/** `split`: what was handed out, and what stays here. */
export const splitView: View<Outcome<SplitResult>> = {
  blocks: ({ pipeline, result: { exported, parts, rows, columns, kept } }) => [
    headline('good', `${counted(rows, 'row')} to learn from`, exported),
    facts([
      ['parts', parts.join(', ')],
      ['columns', columns.join(', ')],
      ['kept here', `${count(kept.test)} of the test part, ${count(kept.validation)} of the validation part`],
      ['without label', kept.unlabelled === 0 ? null : count(kept.unlabelled)],
    ]),
    next(command('import', '<model>', '--pipeline', pipeline, '--trained-on', exported)),
  ],
  essential: ({ result }) => [result.exported],
};
