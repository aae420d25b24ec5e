import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { headline } from '../view/blocks.ts';
import type { UiResult } from './result.ts';

/** `ui`: said when it has stopped; its address is told while it runs. */
export const uiView: View<Outcome<UiResult>> = {
  blocks: ({ result: { url } }) => [headline('good', 'the pages are closed', url)],
  essential: () => [],
};
