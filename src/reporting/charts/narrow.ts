import { markup, type Html } from '../html.ts';
import type { Across } from './size.ts';

/**
 * A chart, and where it is wide the same once more for phones: one whose end has to be scrolled to tells nothing of the
 * longest bar, or of the newest look.
 */
export function alsoNarrow(across: Across, draw: (across: Across) => Html): Html {
  if (across === 3) return draw(3);
  return markup`<div class="roomy">${draw(across)}</div><div class="narrow">${draw(3)}</div>`;
}
