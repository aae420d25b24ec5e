import type { Column } from '../../data/columns.ts';
import { createRandom } from '../../random.ts';
import { finish } from '../../work.ts';
import { numbers, snapshot, texts, upTo, words } from '../checks/snapshot.fixture.ts';
import type { Finding } from '../finding.ts';
import type { FitnessInput } from './fitness.ts';
import { judgingFitness } from './index.ts';

// A clean set of customers, of whom some leave for reasons that the columns half tell, to plant things in.

export const rows = 1200;
const random = createRandom('planted');
const draws = upTo(rows).map(() => ({
  age: 18 + random.integer(60),
  income: Math.round(20_000 + 60_000 * random.next() ** 2),
  tenure: Math.round(random.next() * 720) / 10,
  plan: ['basic', 'plus', 'pro'][random.integer(3)]!,
  city: ['Oslo', 'Kyiv', 'Lima', 'Pune'][random.integer(4)]!,
  luck: random.next(),
}));

/** Does each row's customer leave? About 29 in a hundred do. */
export const leaves = draws.map(
  ({ age, tenure, plan, luck }) =>
    luck < 1 / (1 + Math.exp(1.2 + 0.03 * (age - 45) + 0.02 * (tenure - 30) - (plan === 'basic' ? 0.8 : 0))),
);
/** A quantity of the same customers. */
export const spends = draws.map(
  ({ income, tenure, luck }) => Math.round(100 * (income / 900 + tenure * 2 + luck * 80)) / 100,
);

export const yesNo = (values: readonly boolean[]): Column =>
  words(values.map((value) => (value ? 'yes' : 'no')));

export const clean: Readonly<Record<string, Column>> = {
  age: numbers(draws.map(({ age }) => age)),
  income: numbers(draws.map(({ income }) => income)),
  tenure: numbers(draws.map(({ tenure }) => tenure)),
  plan: words(draws.map(({ plan }) => plan)),
  city: words(draws.map(({ city }) => city)),
};

/** Each row's own number from 0 to 1, the same whenever it is asked for by the same name. */
export function luckOf(name: string): readonly number[] {
  const own = createRandom(`planted/${name}`);
  return upTo(rows).map(() => own.next());
}

/** What is found where these columns stand beside the clean ones. */
export function found(
  columns: Readonly<Record<string, Column>>,
  change: Partial<FitnessInput> = {},
  label: Column = yesNo(leaves),
): Finding[] {
  const input: FitnessInput = {
    ...snapshot({ ...clean, ...columns, churn: label }, { label: 'churn', ...change }),
    drop: [],
    time: null,
    split: { strategy: 'hash', group: null },
    ...change,
  };
  return [...finish(judgingFitness(input)).findings];
}

/** The checks that spoke, with the column of each. */
export const said = (findings: readonly Finding[]): string[] =>
  findings.map(({ check, column }) => `${check} ${column ?? ''}`);

export { numbers, texts, upTo, words };
