import type { Markup } from './markup.ts';

/** Characters that HTML forbids; no markup of ours has one, so that each came from a value. */
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])(?<![\ud800-\udbff][\udc00-\udfff])/g;

/** A whole page as text. Values were escaped by the renderer; what HTML forbids is shown as a replacement mark. */
export async function renderPage(page: Markup): Promise<string> {
  const text = await (await page).toString();
  return `<!doctype html>${text.replaceAll(forbidden, '\ufffd')}`;
}
