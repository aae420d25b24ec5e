import type { ServeResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { headline } from '../view/blocks.ts';
import { versioned } from '../view/format.ts';

/** `serve`: said when the service has stopped; that it listens is told while it runs. */
export const serveView: View<Outcome<ServeResult>> = {
  blocks: ({ result: { name, version, url, models } }) => [
    headline(
      'good',
      `${name === null ? models.map((one) => versioned(one.name, one.version)).join(', ') : versioned(name, version)} stopped`,
      url,
    ),
  ],
  essential: () => [],
};
