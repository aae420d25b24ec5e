/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly text: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What HTML forbids, as a replacement mark. */
export const withoutForbidden = (text: string): string =>
  text.replaceAll(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udfff](?![\udc00-\udfff])(?<![\ud800-\udbff][\udc00-\udfff])/g,
    '\ufffd',
  );

/** Text as markup that shows exactly that text; control characters, which HTML forbids, as a replacement mark. */
export function escapeHtml(text: string): string {
  return withoutForbidden(text).replaceAll(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}

function markupOf(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isParts(part)) return part.map(markupOf).join('');
  return part.text;
}

const isParts = (part: Html | readonly Part[]): part is readonly Part[] => Array.isArray(part);

/**
 * A piece of page. Whatever is put in is escaped, unless it is such a piece itself: no value of the data can become
 * markup.
 *
 * @example markup`<b>${'<script>'}</b>`.text === '<b>&lt;script&gt;</b>'
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const pieces = texts.map((text, i) => text + (i < parts.length ? markupOf(parts[i]) : ''));
  return { text: pieces.join('') };
}

/** Markup that we made ourselves (charts). Never call it with anything that holds a value of the data unescaped. */
export const trusted = (text: string): Html => ({ text });
