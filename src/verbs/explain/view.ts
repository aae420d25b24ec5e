import type { ExplainResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { headline, list } from '../view/blocks.ts';

/** `explain`: the answer, sentence by sentence. */
export const explainView: View<Outcome<ExplainResult>> = {
  blocks: ({ result: { title, lines } }) => [
    headline('none', title),
    list(lines.map((text) => ({ sign: 'none', text }))),
  ],
  essential: ({ result: { lines } }) => [...lines],
};
