import { usageError } from '../../../errors.ts';
import { validationTones, validationTrends, validationWords } from '../../../reporting/index.ts';
import { readRecord } from '../../../tracking/recordKind.ts';
import { readValidated, validatedKind } from '../../../tracking/runs/validations.ts';
import type { Asked } from '../../../ui/page.ts';
import type { DataFacts } from '../../../ui/pages/data/data.tsx';
import type { ValidationLookFacts } from '../../../ui/pages/data/look.tsx';
import { checkPipeline } from './monitoring.ts';
import type { Reading } from './reading.ts';

/** Looks that are listed and drawn, the newest. */
const mostLooks = 200;

/** The looks of `aieng validate` at the data of a pipeline that were kept, and their trends. */
export async function validationsOf(
  { context }: Reading,
  name: string,
  warnings: string[],
): Promise<Pick<DataFacts, 'looks' | 'trends'>> {
  const { records, damaged } = await readValidated(context, name, mostLooks);
  if (damaged.length > 0)
    warnings.push(
      `${damaged.length} looks at the data of ${name} cannot be read: \`aieng doctor\` names them.`,
    );
  return {
    trends: validationTrends(records.map(({ content }) => content)),
    looks: records.map(
      ({ id, content: { at, state, rows, quarantined, errors, warnings: warned, changed } }) => ({
        id,
        at,
        said: validationWords[state],
        tone: validationTones[state],
        rows,
        rejected: quarantined,
        errors,
        warnings: warned,
        changed: changed ?? 'the first',
      }),
    ),
  };
}

/** One look of `aieng validate`. */
export async function loadValidation(
  { context }: Reading,
  { params: { name = '', look: id = '' } }: Asked,
): Promise<ValidationLookFacts> {
  await checkPipeline({ context }, name);
  const look = /^[0-9A-Za-z]{1,40}$/.test(id)
    ? await readRecord(context.store, validatedKind, { of: name, id })
    : undefined;
  if (look === undefined)
    throw usageError({
      code: 'look-gone',
      message: 'That look at the data is not there: `aieng gc` keeps the last of a day that found the same.',
      hint: 'The page of the data lists those that are.',
    });
  return { name, said: validationWords[look.state], tone: validationTones[look.state], look };
}
