import { join } from 'node:path';
import { discard } from '../../disk/durable.ts';
import { entriesOf } from '../../disk/folder.ts';
import { readWholeFile, writeWholeFile } from '../../disk/wholeFile.ts';
import { escapeHtml } from '../../reporting/html.ts';
import { forgottenId } from '../../traffic/account.ts';
import type { Context } from '../context.ts';

const textOf = async (path: string): Promise<string> =>
  Buffer.from(await readWholeFile(path)).toString('utf8');

/**
 * Pages of monitoring give one id as an example of labels that fit nothing: `(id C-17)`, `Ids look like C-17 in the log`.
 * The page without it, otherwise as it was.
 */
function withoutId(page: string, rowId: string): string {
  const id = escapeHtml(rowId);
  return ['id ', 'like '].reduce(
    (left, before) =>
      left
        .split(`${before}${id}`)
        .reduce((done, rest) => `${done}${before}${/^[\w-]/.test(rest) ? id : forgottenId}${rest}`),
    page,
  );
}

/**
 * Takes away what reports show of a row. The page of validation shows examples of rejected records, as they came: it goes
 * where one of them went, or where the id stands in it, and `aieng validate` writes it anew. Pages of monitoring, those that
 * are kept too, stay without the ids.
 *
 * @returns how many pages of monitoring named one of them.
 */
export async function forgetPages(
  { store, environment }: Pick<Context, 'store' | 'environment'>,
  pipeline: string,
  rowId: string,
  { ids, rejected }: { readonly ids: ReadonlySet<string>; readonly rejected: number },
): Promise<number> {
  const reports = await store.folder('reports');
  const [validation, newest] = [`${pipeline}-validation.html`, `${pipeline}-monitor.html`];
  const pages = await entriesOf(reports);
  if (pages.some(({ name }) => name === validation)) {
    const path = join(reports, validation);
    if (rejected > 0 || (await textOf(path)).includes(escapeHtml(rowId))) await discard(path);
  }
  // Pages of earlier validations name no row; where the id stands in one as a word of a column, it goes.
  for (const { path } of await entriesOf(join(reports, 'validation', pipeline)))
    if (path.endsWith('.html') && (await textOf(path)).includes(escapeHtml(rowId))) await discard(path);
  const kept = (await entriesOf(join(reports, 'monitor', pipeline))).filter(({ name }) =>
    name.endsWith('.html'),
  );
  let named = 0;
  for (const { path } of [...pages.filter(({ name }) => name === newest), ...kept]) {
    const page = await textOf(path);
    const left = [...ids].reduce(withoutId, page);
    if (left === page) continue;
    await writeWholeFile(path, left, environment);
    named += 1;
  }
  return named;
}
