import { isIssue } from '../../data/cells/cell.ts';
import { cellParser } from '../../data/cells/parser.ts';
import type { ColumnSchema } from '../../data/schema.ts';
import type { CellType } from './expectation.ts';
import type { ExpectationKind } from './judging.ts';
import { judgingCells } from './judging.ts';

const nouns: Readonly<Record<CellType, string>> = {
  integer: 'a whole number',
  number: 'a number',
  time: 'a time as ISO 8601',
  boolean: 'true or false',
};

const kinds = { integer: 'number', number: 'number', time: 'time', boolean: 'category' } as const;

/** Does a text read as one of the type, by the grammar of all cells? */
function readsAs(type: CellType): (text: string) => boolean {
  const column: ColumnSchema = {
    name: 'cell',
    kind: kinds[type],
    type: type === 'time' ? 'string' : type,
    nullable: false,
    required: true,
    closed: false,
  };
  const parser = cellParser(column, { missing: [''] });
  return (text) => !isIssue(parser.text(text));
}

export const cellType: ExpectationKind<'type'> = {
  name: 'type',
  description: 'The cell reads as an integer, a number, a time or a boolean.',
  expected: ({ type }) => nouns[type],
  judge: ({ column, type }, input) => {
    const reads = readsAs(type);
    return judgingCells(input, column, (cell) =>
      typeof cell === 'string' ? reads(cell) : type !== 'integer' || Number.isInteger(cell),
    );
  },
};
