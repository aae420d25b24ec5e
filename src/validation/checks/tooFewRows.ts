import type { Check } from './check.ts';
import { checkedColumns, rowCount } from './check.ts';

/** With fewer labelled rows no split into three parts means anything. */
const fewest = 30;
/** With fewer, every figure is loose. */
const few = 200;

/** Too few labelled rows to train and judge on. */
export const tooFewRows: Check = {
  name: 'too-few-rows',
  description: `Fewer than ${fewest} labelled rows (an error), or fewer than ${few} (a warning).`,
  run: (input) => {
    const label = checkedColumns(input).find(({ declared }) => declared.name === input.label);
    const rows = input.table.rows - (label?.profile.missing ?? 0);
    if (rows >= few) return [];
    const error = rows < fewest;
    return [
      {
        check: 'too-few-rows',
        severity: error ? 'error' : 'warning',
        message: `There ${rows === 1 ? 'is' : 'are'} ${rowCount(rows)}${label === undefined ? '' : ' with a label'}: ${error ? `at least ${fewest} are needed to train and to test` : 'expect wide intervals'}.`,
        count: rows,
        examples: [],
        fix: 'Bring more rows into the source.',
      },
    ];
  },
};
