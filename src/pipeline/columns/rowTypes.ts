import type { ColumnSchema, RowSchema } from '../../data/schema.ts';

/** More words than this are no list that a person reads: their column is any text. */
const mostWords = 40;

/** How a file of row types begins: what does not is nobody's to overwrite. */
export const rowTypesMark = '// Written by `aieng schema types`';

/** A text as a literal of TypeScript. */
const literal = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** Text that cannot end the comment it stands in. */
const inComment = (text: string): string => text.replaceAll('*/', '*\u200b/').replaceAll(/\s+/g, ' ').trim();

const hasWords = ({ kind, pii }: ColumnSchema): boolean => kind === 'category' && pii !== true;

/** What the cells of a column are, where they are there. */
function cellType(column: ColumnSchema): string {
  const { kind, type, domain = [], closed } = column;
  if (kind === 'number' || kind === 'time') return 'number';
  if (!hasWords(column)) return 'string';
  if (type === 'boolean') return "'false' | 'true'";
  if (domain.length === 0 || domain.length > mostWords) return 'string';
  // Words that nobody saw yet only warn, unless the domain is closed: they come too.
  return [...domain.map(literal), ...(closed ? [] : ['(string & {})'])].join(' | ');
}

/** What is to be known of a column beyond its type. */
function saidOf(column: ColumnSchema): string {
  const { kind, domain = [], description, only } = column;
  const words = hasWords(column) && domain.length > mostWords;
  return [
    kind,
    ...(kind === 'time' ? ['ms since 1970 UTC'] : []),
    ...(words ? [`${domain.length} words, too many to list`] : []),
    ...(only === undefined ? [] : ['known while training only: checks can read it, transforms cannot']),
    ...(description === undefined ? [] : [inComment(description)]),
  ].join('; ');
}

function member(column: ColumnSchema): string {
  const { name, nullable, required } = column;
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
  const missing = nullable || !required ? ' | null' : '';
  return `  /** ${saidOf(column)} */\n  readonly ${key}: ${cellType(column)}${missing};\n`;
}

/**
 * The type of the rows of a schema, as own code sees them, in TypeScript.
 *
 * @param from How the schema's file is called.
 */
export const rowTypes = ({ columns }: RowSchema, from: string): string =>
  `${rowTypesMark} from ${inComment(from)}: write it again when the columns change.

/** A row as transforms and checks see it; null is a missing cell. */
export interface Row {
${columns.map(member).join('')}}
`;
