import { Type } from '@sinclair/typebox';
import { text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

/** A key of the pipeline that was set for one run, and stands otherwise in the file. */
export const overrideShape = Type.Object(
  {
    key: text('`model.gbdt.leaves`'),
    value: Type.Unknown({ description: 'What it was set to.' }),
    instead: Type.Unknown({ description: 'What the pipeline file has, defaults filled in.' }),
  },
  { title: 'Override' },
);
export type Override = Shape<typeof overrideShape>;

/** `model.gbdt.leaves=63 (31 in the pipeline file)` */
export const overrideWords = ({ key, value, instead }: Override): string =>
  `${key}=${inWords(value)} (${instead === '' ? 'nothing' : inWords(instead)} in the pipeline file)`;

const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const plainWord = /^[\w.:/=+-]+$/u;

/** The same as a flag of a command line: `--set model.gbdt.leaves=63`, quoted for a shell where it must be. */
export function overrideFlag({ key, value }: Override): string {
  const set = `${key}=${inWords(value)}`;
  return `--set ${plainWord.test(set) ? set : `'${set.replaceAll("'", "'\\''")}'`}`;
}
