import type { Child, Markup } from '../markup.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly numeric?: boolean;
  /** Where its title leads: the same page in another order. */
  readonly href?: string;
  readonly sorted?: 'ascending' | 'descending';
}

interface TableProps {
  /** Which column names the rows; the first that has a title. */
  readonly names?: number;
  /** What it is a table of, for those who do not see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly Child[];
    /** Id of the run that it tells of: what else tells of it on the page lights up with it. */
    readonly run?: string;
  }[];
}

const side = (column: Column | undefined): string | undefined => (column?.numeric === true ? 'n' : undefined);

/** A table that scrolls by itself where the screen is narrow; j and k go through its rows. */
export function Table({ label, columns, rows, names }: TableProps): Markup {
  const named = names ?? columns.findIndex(({ title }) => title !== '');
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table data-rows>
        <thead>
          <tr>
            {columns.map((column) =>
              column.title === '' ? (
                <td></td>
              ) : (
                <th key={column.title} scope="col" class={side(column)} aria-sort={column.sorted}>
                  {column.href === undefined ? column.title : <a href={column.href}>{column.title}</a>}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells, run }) => (
            <tr key={key} data-run={run}>
              {cells.map((cell, i) =>
                i === named && cell !== '' ? (
                  <th key={i} scope="row" class={side(columns[i])}>
                    {cell}
                  </th>
                ) : (
                  <td key={i} class={side(columns[i])}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
