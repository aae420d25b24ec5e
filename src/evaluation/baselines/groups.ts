import { groupNumbers, numberCuts, numberGroups } from '../../statistics/oneRule.ts';
import type { Column } from '../../data/columns.ts';

/** A column's rows put into groups: categories by value, numbers by quantile bin, missing cells by themselves. */
export interface Grouping {
  readonly groups: number;
  /** Group of every row; -1 = a category that was not there when the grouping was made. */
  assign(column: Column): Int32Array;
}

function ofCategories(words: readonly string[]): Grouping {
  const groupOf = new Map(words.map((word, index) => [word, index]));
  return {
    groups: words.length + 1,
    assign: (column) => {
      if (column.kind !== 'category') return new Int32Array(0);
      const translated = column.dictionary.map((word) => groupOf.get(word) ?? -1);
      return column.codes.map((code) => (code === -1 ? words.length : translated[code]!));
    },
  };
}

function ofNumbers(values: Float64Array): Grouping {
  const cuts = numberCuts(values);
  return {
    groups: numberGroups(cuts),
    assign: (column) => {
      if (column.kind !== 'number' && column.kind !== 'time') return new Int32Array(0);
      return groupNumbers(column.values, cuts);
    },
  };
}

/** A grouping made from a column, or undefined for text, which has too many values to be a rule. */
export function groupingOf(column: Column): Grouping | undefined {
  switch (column.kind) {
    case 'category':
      return ofCategories(column.dictionary);
    case 'number':
    case 'time':
      return ofNumbers(column.values);
    case 'text':
      return undefined;
  }
}
