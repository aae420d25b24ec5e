import type { Markup } from '../markup.ts';

interface PagerProps {
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  /** The same page with another number. */
  readonly href: (page: number) => string;
}

/** Which part of a long list is shown, and the ways to its neighbours. */
export const Pager = ({ page, pages, href }: PagerProps): Markup | null =>
  pages < 2 ? null : (
    <div class="pager">
      <span>{page > 0 && <a href={href(page - 1)}>newer</a>}</span>
      <span>
        {page + 1} of {pages}
      </span>
      <span>{page + 1 < pages && <a href={href(page + 1)}>older</a>}</span>
    </div>
  );

/** The number of the part that is asked for, within what there is; `part` is what the query calls it. */
export function pageAsked(
  query: URLSearchParams,
  count: number,
  size: number,
  part = 'part',
): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(count / size));
  const asked = Number(query.get(part) ?? 0);
  const page = Number.isInteger(asked) ? Math.min(Math.max(0, asked), pages - 1) : 0;
  return { page, pages };
}
