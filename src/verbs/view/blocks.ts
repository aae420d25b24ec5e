import type { Annotation } from './annotation.ts';

/** What a piece of text means; the ink of the terminal decides what that looks like. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'warn' | 'bad' | 'accent';

/**
 * What a verb has to say, before anybody decides how it looks: the terminal lays blocks out for its width
 * (`layout.ts`), GitHub's step summary writes them as Markdown (`markdown.ts`).
 */
export type Words = string | { readonly text: string; readonly tone: Tone };

export type Sign = 'good' | 'warn' | 'bad' | 'none';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

export interface ListItem {
  readonly sign: Sign;
  readonly text: string;
  /** A second, dimmer sentence: what to do, an example. */
  readonly note?: string;
}

export type Block =
  | { readonly kind: 'headline'; readonly sign: Sign; readonly title: string; readonly detail?: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, Words])[] }
  | {
      readonly kind: 'table';
      readonly title?: string;
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly Words[])[];
    }
  | { readonly kind: 'list'; readonly title?: string; readonly items: readonly ListItem[] }
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone?: Tone }
  /** Lines that stay as they are: a diff. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'next'; readonly commands: readonly string[] };

/** How a verb's result is told: all of it, and the one answer that `--quiet` leaves. */
export interface View<Outcome> {
  readonly blocks: (outcome: Outcome) => readonly Block[];
  readonly essential: (outcome: Outcome) => readonly string[];
  /** The verb's own annotations for a pull request, beside those of warnings, gates and alarms. */
  readonly annotations?: (outcome: Outcome) => readonly Annotation[];
}

export const headline = (sign: Sign, title: string, detail?: string): Block => ({
  kind: 'headline',
  sign,
  title,
  ...(detail === undefined ? {} : { detail }),
});

/** Label and value, one a line; lines whose value is null are left out. */
export const facts = (lines: readonly (readonly [string, Words | null])[]): Block => ({
  kind: 'facts',
  facts: lines.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])),
});

export const table = (
  columns: readonly (string | TableColumn)[],
  rows: readonly (readonly Words[])[],
  title?: string,
): Block => ({
  kind: 'table',
  ...(title === undefined ? {} : { title }),
  columns: columns.map((column) => (typeof column === 'string' ? { title: column } : column)),
  rows,
});

/** A right-aligned column: numbers. */
export const right = (title: string): TableColumn => ({ title, align: 'right' });

export const list = (items: readonly ListItem[], title?: string): Block => ({
  kind: 'list',
  items,
  ...(title === undefined ? {} : { title }),
});

/** Lines that are shown as they are, never wrapped. */
export const verbatim = (text: string): Block => ({ kind: 'verbatim', text });

export const paragraph = (text: string, tone?: Tone): Block => ({
  kind: 'paragraph',
  text,
  ...(tone === undefined ? {} : { tone }),
});

/** What a person would type next. */
export const next = (...commands: readonly string[]): Block => ({ kind: 'next', commands });

/** A command for the end of a text: `aieng train churn`. */
export const command = (...words: readonly (string | undefined)[]): string =>
  ['aieng', ...words].filter((word) => word !== undefined).join(' ');

export const toned = (tone: Tone, text: string): Words => ({ text, tone });

export const textOf = (words: Words): string => (typeof words === 'string' ? words : words.text);
export const toneOf = (words: Words): Tone => (typeof words === 'string' ? 'plain' : words.tone);
