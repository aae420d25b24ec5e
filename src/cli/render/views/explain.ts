import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { ExplainResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { headline, list } from '../blocks.ts';

/** `explain`: the answer, sentence by sentence. */
export const explainView: View<Outcome<ExplainResult>> = {
  blocks: ({ result: { title, lines } }) => [
    headline('none', title),
    list(lines.map((text) => ({ sign: 'none', text }))),
  ],
  essential: ({ result: { lines } }) => [...lines],
};
