import type { GatheredRows } from '../data/openRows.ts';
import { gatherRows, openWords } from '../data/openRows.ts';
import type { ReadPlan, RowsFile } from '../data/source.ts';
import { AiengError } from '../errors.ts';

/** How the text of one record of a file is read: a CSV by the header of the file, anything else as JSON. */
export async function recordFile(file: RowsFile): Promise<RowsFile | null> {
  const whole = {
    compression: 'none',
    encoding: 'utf-8',
    skipLines: 0,
    linesAfterHeader: 0,
    skipFooter: 0,
    comment: '',
  } as const;
  const alone = { ...file, path: '-', batchRows: 16 };
  if (file.dialect.format !== 'csv')
    return { ...alone, dialect: { ...file.dialect, ...whole, format: 'ndjson' } };
  const found: RowsFile[] = [];
  try {
    const reading = openWords(file, ({ names, dialect }) => {
      found.push({ ...alone, dialect: { ...dialect, ...whole, header: false, names } });
    });
    await reading.next();
    await reading.return(undefined);
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
  }
  return found[0] ?? null;
}

/** What the text of a record gives: a row, a rejection; null where it cannot be read at all. */
export async function readRecordText(
  file: RowsFile,
  raw: string,
  plan: ReadPlan,
): Promise<GatheredRows | null> {
  const one: RowsFile = {
    ...file,
    stdin: (async function* () {
      yield await Promise.resolve(raw);
    })(),
  };
  try {
    return await gatherRows(one, () => plan);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}
