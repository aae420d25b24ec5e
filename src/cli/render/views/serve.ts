import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { ServeResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { headline } from '../blocks.ts';
import { versioned } from '../format.ts';

/** `serve`: said when the service has stopped; that it listens is told while it runs. */
export const serveView: View<Outcome<ServeResult>> = {
  blocks: ({ result: { name, version, url } }) => [
    headline('good', `${versioned(name, version)} stopped`, url),
  ],
  essential: () => [],
};
