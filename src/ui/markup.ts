import type { Child as Children } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';

/** A piece of a page. Every value that is put into one is escaped. */
export type Markup = JSX.Element;

/** What may stand in one: pieces, texts, numbers; false and null are nothing. */
export type Child = Children;
