import { BadArrow } from './flatTable.ts';
import type { FlatTable } from './flatTable.ts';

/** Seconds, milli-, micro- and nanoseconds. */
export type TimeUnit = 0 | 1 | 2 | 3;

/** What the values of a field are. */
export type ArrowType =
  | { readonly kind: 'null' | 'bool' }
  | { readonly kind: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'decimal'; readonly scale: number; readonly bytes: number }
  | { readonly kind: 'text'; readonly layout: 'offsets' | 'large' | 'views' }
  | { readonly kind: 'date'; readonly unit: 'days' | 'ms' }
  | { readonly kind: 'clock'; readonly unit: TimeUnit; readonly bits: 32 | 64 }
  | { readonly kind: 'instant'; readonly unit: TimeUnit }
  | { readonly kind: 'struct' }
  /** No cell: how many buffers it has, and what it is called. */
  | { readonly kind: 'other'; readonly buffers: number; readonly views: boolean; readonly called: string };

/** A column, or a part of one. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
  /** Of a dictionary: its id, and the type of the numbers that name its values. */
  readonly dictionary: { readonly id: number; readonly index: ArrowType & { readonly kind: 'int' } } | null;
}

const mostLevels = 32;
const other = (called: string, buffers: number, views = false): ArrowType => ({
  kind: 'other',
  called,
  buffers,
  views,
});

function intOf(table: FlatTable | undefined): ArrowType & { readonly kind: 'int' } {
  const bits = table?.int(0) ?? 32;
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) throw new BadArrow('a number of odd width');
  return { kind: 'int', bits, signed: (table?.byte(1) ?? 1) === 1 };
}

function unitOf(value: number): TimeUnit {
  if (value === 0 || value === 1 || value === 2 || value === 3) return value;
  throw new BadArrow('a unknown unit of time');
}

function floatOf(precision: number): ArrowType {
  return { kind: 'float', bits: precision === 0 ? 16 : precision === 1 ? 32 : 64 };
}

/** By the number that the format gives each type. */
function typeOf(kind: number, table: FlatTable): ArrowType {
  switch (kind) {
    case 1:
      return { kind: 'null' };
    case 2:
      return intOf(table);
    case 3:
      return floatOf(table.short(0));
    case 4:
      return other('bytes', 3);
    case 5:
      return { kind: 'text', layout: 'offsets' };
    case 6:
      return { kind: 'bool' };
    case 7:
      return { kind: 'decimal', scale: table.int(1), bytes: table.int(2, 128) / 8 };
    case 8:
      return { kind: 'date', unit: table.short(0, 1) === 0 ? 'days' : 'ms' };
    case 9:
      return { kind: 'clock', unit: unitOf(table.short(0, 1)), bits: table.int(1, 32) === 64 ? 64 : 32 };
    case 10:
      return { kind: 'instant', unit: unitOf(table.short(0)) };
    case 11:
    case 18:
      return other('a span of time', 2);
    case 12:
    case 21:
      return other('a list', 2);
    case 13:
      return { kind: 'struct' };
    case 14:
      return other('a union', table.short(0) === 0 ? 1 : 2);
    case 15:
      return other('bytes', 2);
    case 16:
      return other('a list', 1);
    case 17:
      return other('a map', 2);
    case 19:
      return other('bytes', 3);
    case 20:
      return { kind: 'text', layout: 'large' };
    case 22:
      return other('a column of runs', 0);
    case 23:
      return other('bytes', 2, true);
    case 24:
      return { kind: 'text', layout: 'views' };
    case 25:
    case 26:
      return other('a list', 3);
    default:
      throw new BadArrow(`a type of number ${kind}`);
  }
}

function fieldOf(table: FlatTable, level: number): ArrowField {
  if (level > mostLevels) throw new BadArrow('fields nested too deep');
  const type = table.table(3);
  if (type === undefined) throw new BadArrow('a field without a type');
  const dictionary = table.table(4);
  return {
    name: table.text(0),
    type: typeOf(table.byte(2), type),
    children: table.tables(5).map((child) => fieldOf(child, level + 1)),
    dictionary:
      dictionary === undefined ? null : { id: dictionary.long(0), index: intOf(dictionary.table(1)) },
  };
}

/** The columns that a file says it has. */
export function fieldsOf(schema: FlatTable | undefined): readonly ArrowField[] {
  if (schema === undefined) throw new BadArrow('no schema');
  if (schema.short(0) !== 0) throw new BadArrow('its numbers are big-endian');
  return schema.tables(1).map((field) => fieldOf(field, 1));
}
