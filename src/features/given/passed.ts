import type { ColumnKind } from '../../data/columns.ts';
import type { FittedColumn, FittedFeatures } from '../spec.ts';

/** One input of a model that does its own preparing: a column of the table, as it is or as codes of these words. */
export interface PassedInput {
  /** Of the model's own. */
  readonly name: string;
  readonly column: string;
  readonly kind: ColumnKind;
  /** Word `i` is code `i`; undefined: a number, as it is. */
  readonly words?: readonly string[] | undefined;
  /** Words beyond these have a code, one for them all; else they are missing. */
  readonly other?: true;
}

const prepared = ({ name, column, kind, words, other }: PassedInput): FittedColumn =>
  words === undefined
    ? { name, column, kind: kind === 'time' ? 'time' : 'number', steps: [] }
    : {
        name,
        column,
        kind: 'codes',
        steps: [{ transform: 'categories', state: { words, other: other === true } }],
      };

/** Features that hand columns on, in the order of the inputs. Nothing is learnt from any row. */
export function passedFeatures(inputs: readonly PassedInput[]): FittedFeatures {
  const columns = new Map(inputs.map(({ column, kind }) => [column, kind]));
  return {
    version: 2,
    inputs: [...columns].map(([name, kind]) => ({ name, kind })),
    prepared: inputs.map(prepared),
    encoded: [],
  };
}
