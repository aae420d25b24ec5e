import type { Table } from '../data/columns.ts';
import { withheld } from '../data/personal.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';

/** A schema that knows what newer rows brought, and what was added, in words. */
export interface ExtendedSchema {
  readonly schema: RowSchema;
  readonly changes: readonly string[];
}

function newWords(declared: ColumnSchema, table: Table): readonly string[] {
  const column = table.columns.get(declared.name);
  if (column?.kind !== 'category' || declared.domain === undefined) return [];
  const known = new Set(declared.domain);
  const used = new Set(column.codes);
  return column.dictionary.filter((word, code) => used.has(code) && !known.has(word)).sort();
}

function newBounds(declared: ColumnSchema, table: Table): Partial<Pick<ColumnSchema, 'minimum' | 'maximum'>> {
  const column = table.columns.get(declared.name);
  if (column?.kind !== 'number' && column?.kind !== 'time') return {};
  let low = Infinity;
  let high = -Infinity;
  for (const value of column.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return {
    ...(declared.minimum !== undefined && low < declared.minimum ? { minimum: low } : {}),
    ...(declared.maximum !== undefined && high > declared.maximum ? { maximum: high } : {}),
  };
}

/**
 * Extends open domains and ranges by what a table holds. A `closed` column is left as it is: its limits are a
 * decision, not an observation.
 */
export function extendSchema(schema: RowSchema, table: Table): ExtendedSchema {
  const changes: string[] = [];
  const columns = schema.columns.map((declared) => {
    if (declared.closed) return declared;
    const words = newWords(declared, table);
    const bounds = newBounds(declared, table);
    const isPersonal = declared.pii === true;
    const shown = isPersonal ? withheld : words.map((word) => `"${word}"`).join(', ');
    if (words.length > 0) changes.push(`${declared.name}: new ${shown}`);
    for (const [name, value] of Object.entries(bounds))
      changes.push(`${declared.name}: ${name} is now ${isPersonal ? withheld : value}`);
    const domain = words.length === 0 ? {} : { domain: [...(declared.domain ?? []), ...words].sort() };
    return { ...declared, ...domain, ...bounds };
  });
  return { schema: { ...schema, columns }, changes };
}
