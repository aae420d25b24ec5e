import type { UnreadableColumn } from '../../source.ts';
import { nameTaken } from '../typed/readable.ts';

/** How the cells of a column are fetched: as doubles (numbers, or ms since 1970 UTC) or as strings. */
export type Carrier = 'number' | 'time' | 'text';

/** A column that a table can hold. */
export interface ParquetColumn {
  readonly name: string;
  /** Place among the columns that can be held: `p<position>` of the query. */
  readonly position: number;
  readonly type: string;
  /** As what the values are fetched where nothing else is asked for. */
  readonly carrier: Carrier;
  /** Can it hold numbers that a double rounds (64-bit integers, long decimals)? */
  readonly wide: boolean;
}

/** Types of whole numbers. */
export const wholeType = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const wideWhole = /^U?(BIG|HUGE)INT$/;
const floatType = /^(FLOAT|DOUBLE)$/;
const decimalType = /^DECIMAL\((\d+),\d+\)$/;
const timeType = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;
/** A time of day is a text: it is no instant. */
const textType = /^(VARCHAR|UUID|JSON|BOOLEAN|ENUM\(.*|TIME|TIME WITH TIME ZONE|TIME_NS)$/s;
/** Decimals of so many digits come back from a double as they were. */
const doubleDigits = 15;

function carrierOf(type: string): Carrier | undefined {
  if (timeType.test(type)) return 'time';
  if (floatType.test(type) || decimalType.test(type) || wholeType.test(type)) return 'number';
  return textType.test(type) ? 'text' : undefined;
}

const isWide = (type: string): boolean =>
  wideWhole.test(type) || Number(decimalType.exec(type)?.[1] ?? 0) > doubleDigits;

/** Names of the columns themselves out of a schema listed depth first (a nested column is followed by its parts). */
export function topLevelNames(schema: readonly (readonly unknown[])[]): string[] {
  const names: string[] = [];
  // The first entry is the root; `open` counts the entries that nested columns still have to come.
  let open = 0;
  for (const [name, children] of schema.slice(1)) {
    if (open === 0) names.push(String(name));
    else open -= 1;
    open += Number(children ?? 0);
  }
  return names;
}

/** Nothing that is read is nested deeper. */
const mostLevels = 8;

/** The members of `STRUCT(a BIGINT, "b c" STRUCT(d VARCHAR))`, or undefined where it is none. */
export function structMembers(
  type: string,
): readonly { readonly name: string; readonly type: string }[] | undefined {
  if (!type.startsWith('STRUCT(') || !type.endsWith(')')) return undefined;
  const members: { name: string; type: string }[] = [];
  const inner = type.slice('STRUCT('.length, -1);
  let [start, depth, quoted] = [0, 0, false];
  for (let at = 0; at <= inner.length; at += 1) {
    const char = inner[at];
    // A doubled quote closes and opens again.
    if (char === '"' || char === "'") quoted = !quoted;
    if (quoted) continue;
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if ((char !== ',' || depth > 0) && at < inner.length) continue;
    const member = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.+)$/s.exec(inner.slice(start, at));
    if (member === null) return undefined;
    members.push({ name: (member[1] ?? '').replaceAll('""', '"') || (member[2] ?? ''), type: member[3]! });
    start = at + 1;
  }
  return members;
}

/** What a type that no cell can be is called. */
function kindOf(type: string): string {
  if (/\[\d*\]$/.test(type)) return 'a list';
  if (type.startsWith('MAP(')) return 'a map';
  if (type.startsWith('STRUCT(')) return 'a struct nested too deep';
  if (type === 'BLOB') return 'bytes that are no text';
  if (type === 'INTERVAL') return 'a span of time';
  return type.length > 40 ? `${type.slice(0, 40)}…` : type;
}

/** What is made of the columns of a file. */
export interface ReadableColumns {
  readonly columns: readonly ParquetColumn[];
  readonly unreadable: readonly UnreadableColumn[];
  /** What each `p<position>` is, in SQL over the file's columns `c0`, `c1`, …. */
  readonly values: readonly string[];
}

/** A column of the file as DuckDB describes it. */
export interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  /** Bytes without a type that are UTF-8 throughout, as old writers wrote texts. */
  readonly bytesAreText: boolean;
}

/** Which columns a table can hold, members of structs among them by the way to them (`a.b`), and which it cannot. */
export function readableColumns(described: readonly DescribedColumn[]): ReadableColumns {
  const columns: ParquetColumn[] = [];
  const unreadable: UnreadableColumn[] = [];
  const values: string[] = [];
  const add = (name: string, type: string, value: string, level: number): void => {
    const members = level < mostLevels ? structMembers(type) : undefined;
    if (members !== undefined) {
      members.forEach((member, at) =>
        add(`${name}.${member.name}`, member.type, `struct_extract_at(${value}, ${at + 1})`, level + 1),
      );
      return;
    }
    const carrier = carrierOf(type);
    if (carrier === undefined || columns.some((column) => column.name === name))
      unreadable.push({
        name,
        reason: carrier === undefined ? `${kindOf(type)} is not a table's cell` : nameTaken,
      });
    else columns.push({ name, position: values.push(value) - 1, type, carrier, wide: isWide(type) });
  };
  described.forEach(({ name, type, bytesAreText }, at) => {
    if (bytesAreText) add(name, 'VARCHAR', `decode(c${at})`, 0);
    else add(name, type, `c${at}`, 0);
  });
  return { columns, unreadable, values };
}
