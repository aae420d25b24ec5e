import { withoutForbidden } from '../reporting/html.ts';
import type { Markup } from './markup.ts';

/** A whole page as text. Values were escaped by the renderer; no markup of ours has what HTML forbids, so that each came from a value. */
export async function renderPage(page: Markup): Promise<string> {
  const rendered = await Promise.resolve(page);
  return `<!doctype html>${withoutForbidden(rendered.toString())}`;
}
