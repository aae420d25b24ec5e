import type { ColumnSchema } from '../../data/schema.ts';
import type { Keys, Report } from '../jsonKeys.ts';
import { dotted, gotText } from '../problems.ts';

/** What may be done with the values of a column. */
type Handling = Pick<ColumnSchema, 'pii' | 'only'>;

export const handlingKeys = ['pii', 'only'] as const;

/** Reads what may be done with the values of a column. */
export function parseHandling(own: Keys, at: string, report: Report): Handling {
  const { pii, only } = own;
  if (pii !== undefined && typeof pii !== 'boolean')
    report(
      `${at}/pii`,
      `${dotted(at)}.pii: expected true or false, got ${gotText(pii)}`,
      'Write true or false.',
    );
  if (only !== undefined && only !== 'training')
    report(
      `${at}/only`,
      `${dotted(at)}.only: expected "training", got ${gotText(only)}`,
      'Write "training" for a column that is not known when predicting, or take it out.',
    );
  if (pii === true)
    for (const name of ['domain', 'minimum', 'maximum'])
      if (own[name] !== undefined)
        report(
          `${at}/${name}`,
          `${dotted(at)}.${name}: it would show values of a personal column`,
          `Take ${name} out: values of a column with "pii": true stand nowhere.`,
          'key',
        );
  return {
    ...(pii === true ? { pii } : {}),
    ...(only === 'training' ? { only } : {}),
  };
}

/** The same as keys under `x-aieng`. */
export const formatHandling = ({ pii, only }: Handling): Keys => ({
  ...(pii === undefined ? {} : { pii }),
  ...(only === undefined ? {} : { only }),
});
