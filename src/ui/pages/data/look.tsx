import { figure } from '../../../reporting/figures.ts';
import type { Tone } from '../../../reporting/page.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { Card, Figures, Long, Mark, Short, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Page } from '../../page.ts';

/** What the page of one look of `aieng validate` shows. */
export interface ValidationLookFacts {
  readonly name: string;
  readonly said: string;
  readonly tone: Tone;
  readonly look: {
    readonly at: number;
    readonly snapshot: string;
    readonly rows: number;
    readonly quarantined: number;
    readonly errors: number;
    readonly warnings: number;
    readonly found: readonly string[];
    readonly rejected: readonly {
      readonly column: string | null;
      readonly reason: string;
      readonly count: number;
    }[];
    readonly moreReasons: number;
    readonly missing: readonly { readonly column: string; readonly share: number }[];
    readonly moreColumns: number;
    readonly changed: string | null;
  };
}

const columnsShown = 100;

/** What one look at the data found. It names no row and no value. */
export const validationLookPage: Page<ValidationLookFacts> = {
  path: '/data/:name/looks/:look',
  title: ({ name }) => `A look at the data of ${name}`,
  body: ({ name, said, tone, look }) => {
    const missing = look.missing
      .filter(({ share }) => share > 0)
      .sort((left, right) => right.share - left.share);
    const untold = Math.max(0, missing.length - columnsShown);
    return (
      <>
        <p>
          <a href={`/data?pipeline=${encodeURIComponent(name)}`}>All looks</a> · <When at={look.at} />
        </p>
        <Card title="What was found" aside={<Mark tone={tone}>{said}</Mark>}>
          <Figures
            of={[
              ['rows', figure(look.rows)],
              ['rejected', figure(look.quarantined)],
              ['errors', figure(look.errors)],
              ['warnings', figure(look.warnings)],
              ['snapshot', <Short id={look.snapshot} />],
            ]}
          />
          <p>
            <Long text={look.changed ?? 'It is the first look that was kept.'} />
          </p>
          {look.found.length > 0 && (
            <ul>
              {look.found.map((each) => (
                <li key={each}>
                  <Long text={each} />
                </li>
              ))}
            </ul>
          )}
        </Card>
        {look.rejected.length > 0 && (
          <Card title="Why records became no rows">
            <Table
              label="Rejected records by column and reason"
              columns={[{ title: 'column' }, { title: 'reason' }, { title: 'records', numeric: true }]}
              rows={look.rejected.map(({ column, reason, count }) => ({
                key: `${column ?? ''} ${reason}`,
                cells: [
                  <Long text={column ?? '(the record)'} most={60} />,
                  <Long text={reason} most={200} />,
                  figure(count),
                ],
              }))}
            />
            {look.moreReasons > 0 && (
              <p class="note">{`${figure(look.moreReasons)} more reasons were not kept.`}</p>
            )}
          </Card>
        )}
        {missing.length > 0 && (
          <Card title="Missing cells">
            <Table
              label="Columns with missing cells"
              columns={[{ title: 'column' }, { title: 'missing', numeric: true }]}
              rows={missing.slice(0, columnsShown).map(({ column, share }) => ({
                key: column,
                cells: [<Long text={column} most={60} />, formatPercent(share)],
              }))}
            />
            {untold + look.moreColumns > 0 && (
              <p class="note">
                {`Not told: ${figure(untold)} columns with fewer, ${figure(look.moreColumns)} that were not kept.`}
              </p>
            )}
          </Card>
        )}
      </>
    );
  },
};
