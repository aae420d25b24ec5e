import { Type } from '@sinclair/typebox';
import type { NumberFormat } from '../../data/cells/formats/declared.ts';
import type { ColumnSchema, RowSchema } from '../../data/schema.ts';
import { oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** One thing in which two row schemas differ, and what it means for a model that was trained by the first. */
export const schemaChangeShape = Type.Object(
  {
    column: text('The column; `*` = every one.'),
    what: text('What of it: `column`, `kind`, `type`, `nullable`, `required`, `domain`, `minimum`, …'),
    from: orNull(text(), 'Null: it was not there.'),
    to: orNull(text(), 'Null: it is gone.'),
    effect: oneOf(
      ['compatible', 'incompatible'],
      'Can a model that was trained by the first schema take rows of the second as they are meant?',
    ),
    because: text('What it means for such a model.'),
  },
  { title: 'SchemaChange' },
);
export type SchemaChange = Shape<typeof schemaChangeShape>;

const wordsShown = 12;

function listed(words: readonly string[]): string {
  const shown = words.slice(0, wordsShown).map((word) => JSON.stringify(word));
  return `${shown.join(', ')}${words.length > wordsShown ? `, … (${words.length})` : ''}`;
}

type Told = Pick<SchemaChange, 'effect' | 'because'>;
const compatible = (because: string): Told => ({ effect: 'compatible', because });
const incompatible = (because: string): Told => ({ effect: 'incompatible', because });

const readOtherwise = incompatible('the same text becomes another value: models have to be trained anew');
const refusedIfClosed = (closed: boolean): Told =>
  closed
    ? incompatible('a model of before refuses the new values (the column is closed)')
    : compatible('a model of before takes them, and counts them as never seen');

/** Parts of a number's format that only let more be written: whoever adds one reads no text otherwise that was read before. */
const widening = ['thousands', 'currency', 'percent', 'negative', 'censored', 'unit'] as const;

/** Does the second format read whatever the first one reads, and as the same number? */
function onlyWidens(before: NumberFormat, after: NumberFormat): boolean {
  const sameDecimal = (before.decimal ?? '.') === (after.decimal ?? '.');
  // Whoever groups in another way refuses what was grouped before.
  const sameGroups = before.thousands === undefined || before.grouping === after.grouping;
  return (
    sameDecimal &&
    sameGroups &&
    widening.every((part) => before[part] === undefined || before[part] === after[part])
  );
}

function formatMeans(
  { numberFormat: before = {}, timeFormat: timeBefore }: ColumnSchema,
  { numberFormat: after = {}, timeFormat: timeAfter }: ColumnSchema,
): Told {
  if (timeBefore !== undefined || timeAfter !== undefined) return readOtherwise;
  if (onlyWidens(before, after))
    return compatible(
      'every text keeps its value, and more are read; a model of before refuses texts with the new mark until it is trained anew',
    );
  if (onlyWidens(after, before)) return compatible('fewer texts are read now, none as another value');
  return readOtherwise;
}

/** A keyword of a column, as text, and what a change of it means. */
interface Keyword {
  readonly what: string;
  readonly of: (column: ColumnSchema) => string | undefined;
  readonly means: (before: ColumnSchema, after: ColumnSchema) => Told;
}

const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

const keywords: readonly Keyword[] = [
  { what: 'kind', of: ({ kind }) => kind, means: () => readOtherwise },
  {
    what: 'type',
    of: ({ type }) => type,
    means: (_, { type }) =>
      type === 'integer'
        ? compatible('whole numbers are numbers')
        : incompatible('a model of before refuses what only the new type takes'),
  },
  {
    what: 'nullable',
    of: ({ nullable }) => String(nullable),
    means: (_, { nullable }) =>
      nullable
        ? incompatible('a model of before refuses rows where it is missing')
        : compatible('fewer rows are taken now'),
  },
  {
    what: 'required',
    of: ({ required }) => String(required),
    means: (_, { required }) =>
      required
        ? compatible('it is always there now')
        : incompatible('a model of before refuses rows without the field'),
  },
  {
    what: 'minimum',
    of: ({ minimum }) => json(minimum),
    means: ({ closed }) => refusedIfClosed(closed),
  },
  {
    what: 'maximum',
    of: ({ maximum }) => json(maximum),
    means: ({ closed }) => refusedIfClosed(closed),
  },
  {
    what: 'closed',
    of: ({ closed }) => String(closed),
    means: (_, { closed }) =>
      closed
        ? compatible('fewer rows are taken now')
        : incompatible('a model of before refuses what is taken now'),
  },
  {
    what: 'format',
    of: ({ numberFormat, timeFormat }) => json(numberFormat ?? timeFormat),
    means: formatMeans,
  },
  { what: 'missing', of: ({ missing }) => json(missing), means: () => readOtherwise },
  { what: 'merge', of: ({ merge }) => json(merge), means: () => readOtherwise },
  { what: 'true_words', of: ({ trueWords }) => json(trueWords), means: () => readOtherwise },
  { what: 'false_words', of: ({ falseWords }) => json(falseWords), means: () => readOtherwise },
  {
    what: 'pii',
    of: ({ pii }) => json(pii),
    means: () => compatible('models of before are as they are; the next one treats the column so'),
  },
  {
    what: 'only',
    of: ({ only }) => json(only),
    means: (_, { only }) =>
      only === undefined
        ? compatible('the next model may use it')
        : incompatible('a model that has it as an input gets rows without it'),
  },
];

function domainChanges(before: ColumnSchema, after: ColumnSchema): SchemaChange[] {
  const { name: column } = after;
  if (before.domain === undefined || after.domain === undefined)
    return before.domain === after.domain
      ? []
      : [
          {
            column,
            what: 'domain',
            from: before.domain === undefined ? null : listed(before.domain),
            to: after.domain === undefined ? null : listed(after.domain),
            ...(after.domain === undefined
              ? refusedIfClosed(before.closed)
              : compatible('words are listed now')),
          },
        ];
  const [old, now] = [new Set(before.domain), new Set(after.domain)];
  const added = after.domain.filter((word) => !old.has(word));
  const gone = before.domain.filter((word) => !now.has(word));
  return [
    ...(added.length === 0
      ? []
      : [{ column, what: 'domain', from: null, to: listed(added), ...refusedIfClosed(before.closed) }]),
    ...(gone.length === 0
      ? []
      : [
          {
            column,
            what: 'domain',
            from: listed(gone),
            to: null,
            ...compatible('they do not come any more'),
          },
        ]),
  ];
}

function columnChanges(before: ColumnSchema, after: ColumnSchema): SchemaChange[] {
  const { name: column } = after;
  const changed = keywords.flatMap(({ what, of, means }): SchemaChange[] => {
    const [from, to] = [of(before) ?? null, of(after) ?? null];
    return from === to ? [] : [{ column, what, from, to, ...means(before, after) }];
  });
  return [...changed, ...domainChanges(before, after)];
}

const summary = ({ kind, type, nullable }: ColumnSchema): string =>
  `${kind}${kind === type || kind === 'category' || kind === 'text' ? '' : ` (${type})`}${nullable ? ', may be missing' : ''}`;

/** What changed from one row schema to another, column by column in the order of the second. */
export function schemaChanges(before: RowSchema, after: RowSchema): SchemaChange[] {
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const now = new Set(after.columns.map(({ name }) => name));
  const changes = after.columns.flatMap((column): SchemaChange[] => {
    const known = old.get(column.name);
    if (known !== undefined) return columnChanges(known, column);
    const told = compatible(
      'models of before do not know it: files may have it, the next training may use it',
    );
    return [{ column: column.name, what: 'column', from: null, to: summary(column), ...told }];
  });
  const gone = before.columns
    .filter(({ name }) => !now.has(name))
    .map((column): SchemaChange => ({
      column: column.name,
      what: 'column',
      from: summary(column),
      to: null,
      ...(column.required
        ? incompatible('a model that has it as an input refuses rows without it')
        : compatible('it was optional')),
    }));
  const [from, to] = [listed(before.missing), listed(after.missing)];
  const missing: SchemaChange[] =
    from === to ? [] : [{ column: '*', what: 'missing', from, to, ...readOtherwise }];
  return [...changes, ...gone, ...missing];
}
