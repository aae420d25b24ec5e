import type { Child } from './markup.ts';

/** What a page is asked. */
export interface Asked {
  /** Of the path: `/runs/:id`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** May this page offer what changes something? */
  readonly write: boolean;
  /** Has to stand in every form that changes something. */
  readonly csrf: string;
}

/** What is put into the frame of every page. */
export interface PageAnswer {
  readonly kind: 'page';
  readonly title: string;
  readonly body: Child;
}

/** Something to save. */
export interface FileAnswer {
  readonly kind: 'file';
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly content: string;
}

/** A page: pure, from what was read to markup. */
export interface Page<Facts> {
  /** With `:name` for what differs: `/runs/:id`. */
  readonly path: string;
  readonly title: (facts: Facts) => string;
  readonly body: (facts: Facts, asked: Asked) => Child | Promise<Child>;
}

/** A page, or a file, with what reads for it. */
export interface Route {
  readonly path: string;
  readonly answer: (asked: Asked) => Promise<PageAnswer | FileAnswer>;
}

/** Something that a person may have done, under `--write` only. */
export interface Action {
  /** `note`: what its form posts to, `/do/note`. */
  readonly name: string;
  /** @returns where to go then: a path of ours. */
  readonly act: (form: URLSearchParams) => Promise<string>;
}

/** A page of the bar at the side. */
export interface Place {
  readonly path: string;
  readonly label: string;
}

/** A page with its reader. */
export const paged = <Facts>(page: Page<Facts>, load: (asked: Asked) => Promise<Facts>): Route => ({
  path: page.path,
  answer: async (asked) => {
    const facts = await load(asked);
    return { kind: 'page', title: page.title(facts), body: await page.body(facts, asked) };
  },
});
