import { join } from 'node:path';
import { discard } from '../../disk/durable.ts';
import { entriesOf } from '../../disk/folder.ts';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { escapeHtml } from '../../reporting/html.ts';
import type { Context } from '../context.ts';

const textOf = async (path: string): Promise<string> =>
  Buffer.from(await readWholeFile(path)).toString('utf8');

/** Pages of monitoring give one id as an example of labels that fit nothing: `(id C-17)`, `Ids look like C-17 in the log`. */
function isNamedIn(page: string, rowId: string): boolean {
  const id = escapeHtml(rowId);
  return ['id ', 'like '].some((before) =>
    page
      .split(`${before}${id}`)
      .slice(1)
      .some((rest) => !/^[\w-]/.test(rest)),
  );
}

/**
 * Takes away what reports show of a row. The page of validation shows examples of rejected records, as they came: it goes
 * where one of them went, or where the id stands in it, and `aieng validate` writes it anew.
 *
 * @returns how many pages of monitoring name the row: these are history, and stay.
 */
export async function forgetPages(
  { store }: Pick<Context, 'store'>,
  pipeline: string,
  rowId: string,
  rejected: number,
): Promise<number> {
  const reports = await store.folder('reports');
  const [validation, newest] = [`${pipeline}-validation.html`, `${pipeline}-monitor.html`];
  const pages = await entriesOf(reports);
  if (pages.some(({ name }) => name === validation)) {
    const path = join(reports, validation);
    if (rejected > 0 || (await textOf(path)).includes(escapeHtml(rowId))) await discard(path);
  }
  const kept = (await entriesOf(join(reports, 'monitor', pipeline))).filter(({ name }) =>
    name.endsWith('.html'),
  );
  let named = 0;
  for (const { path } of [...pages.filter(({ name }) => name === newest), ...kept])
    if (isNamedIn(await textOf(path), rowId)) named += 1;
  return named;
}
