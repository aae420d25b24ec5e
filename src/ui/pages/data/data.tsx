import { figure } from '../../../reporting/figures.ts';
import type { Html } from '../../../reporting/html.ts';
import type { Tone } from '../../../reporting/page.ts';
import { lookColumns } from '../../../reporting/validations.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { Card, Empty, Figures, Long, Mark, Piece, Short, Warnings, When } from '../../components/pieces.tsx';
import { pageAsked, Pager } from '../../components/pager.tsx';
import { PipelineChoice } from '../../components/pipelineChoice.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** A column of the newest snapshot. */
export interface DataColumn {
  readonly name: string;
  readonly kind: string;
  readonly missing: number;
  readonly distinct: number;
  /** The mean, or the most frequent value; masked where it is of a person. */
  readonly middle: string;
  /** What is otherwise than in the snapshot before; empty: nothing that is told. */
  readonly change: string;
}

/** Rejected records of one kind. */
export interface RejectedLine {
  readonly column: string;
  readonly reason: string;
  readonly count: number;
  readonly examples: readonly { readonly line: number; readonly raw: string }[];
}

/** A look of `aieng validate` that was kept. */
export interface ValidationLine {
  readonly id: string;
  readonly at: number;
  readonly said: string;
  readonly tone: Tone;
  readonly rows: number;
  readonly rejected: number;
  readonly errors: number;
  readonly warnings: number;
  readonly changed: string;
}

/** What the page of data shows. */
export interface DataFacts {
  readonly pipelines: readonly string[];
  readonly name: string | null;
  /** Newest first. */
  readonly snapshots: readonly { readonly at: number; readonly digest: string; readonly rows: number }[];
  readonly columns: readonly DataColumn[];
  /** The column that is looked at over the snapshots, with its charts. */
  readonly chosen: { readonly name: string; readonly charts: Html } | null;
  readonly rejects: {
    readonly at: number;
    readonly file: string;
    readonly records: number;
    readonly rejected: number;
    readonly refused: boolean;
    readonly lines: readonly RejectedLine[];
  } | null;
  /** Looks of `aieng validate`, newest first, and their trends. */
  readonly looks: readonly ValidationLine[];
  readonly trends: readonly Html[];
  readonly warnings: readonly string[];
}

const columnsShown = 100;
const linesShown = 50;
const looksShown = 20;
const linkOf = (name: string, more: string): string => `/data?pipeline=${encodeURIComponent(name)}${more}`;

function Columns({
  name,
  columns,
  query,
}: {
  name: string;
  columns: readonly DataColumn[];
  query: URLSearchParams;
}): Markup {
  const { page, pages } = pageAsked(query, columns.length, columnsShown);
  return (
    <Card title="Columns">
      <Table
        label="Columns of the newest snapshot"
        columns={[
          { title: 'column' },
          { title: 'kind' },
          { title: 'missing', numeric: true },
          { title: 'distinct', numeric: true },
          { title: 'mean, or most frequent' },
          { title: 'against the snapshot before' },
        ]}
        rows={columns.slice(page * columnsShown, (page + 1) * columnsShown).map((column) => ({
          key: column.name,
          cells: [
            <a href={linkOf(name, `&column=${encodeURIComponent(column.name.slice(0, 300))}`)}>
              {column.name.slice(0, 120)}
            </a>,
            column.kind,
            formatPercent(column.missing),
            figure(column.distinct),
            <Long text={column.middle} most={60} />,
            <Long text={column.change} />,
          ],
        }))}
      />
      <Pager page={page} pages={pages} href={(part) => linkOf(name, `&part=${part}`)} />
    </Card>
  );
}

function Rejects({ name, rejects }: { name: string; rejects: NonNullable<DataFacts['rejects']> }): Markup {
  const { at, file, records, rejected, refused, lines } = rejects;
  const save = <a href={`/data/${encodeURIComponent(name)}/rejects.ndjson`}>save all for repair</a>;
  return (
    <Card title="What became no row" aside={rejected > 0 && save}>
      <p>
        <Mark tone={refused ? 'bad' : rejected > 0 ? 'wait' : 'good'}>
          {refused ? 'refused' : 'ingested'}
        </Mark>{' '}
        {`${figure(rejected)} of ${figure(records)} records of`} <Long text={file} most={80} />{' '}
        <When at={at} />
      </p>
      {lines.length > 0 && (
        <>
          <Table
            label="Rejected records by column and reason"
            columns={[
              { title: 'column' },
              { title: 'reason' },
              { title: 'records', numeric: true },
              { title: 'examples' },
            ]}
            rows={lines.slice(0, linesShown).map(({ column, reason, count, examples }) => ({
              key: `${column} ${reason}`,
              cells: [
                <Long text={column} most={60} />,
                <Long text={reason} most={200} />,
                figure(count),
                <Long
                  text={examples.map(({ line, raw }) => `line ${line}: ${raw}`).join(' · ')}
                  most={100}
                />,
              ],
            }))}
          />
          {lines.length > linesShown && (
            <p class="note">{`${figure(lines.length - linesShown)} more reasons are in the file.`}</p>
          )}
          <p class="note">
            Mend the text of each record in the saved file, then:{' '}
            <code>{`aieng rejects ${name} --requeue ${name}-rejects.ndjson`}</code>
          </p>
        </>
      )}
    </Card>
  );
}

function Looks({
  name,
  looks,
  query,
}: {
  name: string;
  looks: readonly ValidationLine[];
  query: URLSearchParams;
}): Markup {
  const { page, pages } = pageAsked(query, looks.length, looksShown, 'looks');
  return (
    <Card title="What was found, look by look">
      <Table
        label="Looks of aieng validate"
        columns={lookColumns}
        rows={looks.slice(page * looksShown, (page + 1) * looksShown).map((look) => ({
          key: look.id,
          cells: [
            <a href={`/data/${encodeURIComponent(name)}/looks/${look.id}`}>
              <When at={look.at} />
            </a>,
            <Mark tone={look.tone}>{look.said}</Mark>,
            figure(look.rows),
            figure(look.rejected),
            figure(look.errors),
            figure(look.warnings),
            <Long text={look.changed} most={120} />,
          ],
        }))}
      />
      <Pager page={page} pages={pages} href={(part) => linkOf(name, `&looks=${part}`)} />
    </Card>
  );
}

/** Columns over snapshots, what changed between the last two, and what became no row. */
export const dataPage: Page<DataFacts> = {
  path: '/data',
  title: ({ name }) => (name === null ? 'Data' : `Data of ${name}`),
  body: ({ pipelines, name, snapshots, columns, chosen, rejects, looks, trends, warnings }, { query }) => {
    const [newest] = snapshots;
    return (
      <>
        <Warnings of={warnings} />
        <PipelineChoice path="/data" pipelines={pipelines} name={name} />
        <div id="answer" data-answer>
          {name === null || newest === undefined ? (
            <Card>
              <Empty command={name === null ? 'aieng run' : `aieng ingest ${name}`}>
                No snapshot was taken yet.
              </Empty>
            </Card>
          ) : (
            <>
              <Card title="The newest snapshot">
                <Figures
                  of={[
                    ['rows', figure(newest.rows)],
                    ['columns', figure(columns.length)],
                    ['taken', <When at={newest.at} />],
                    ['snapshots on record', figure(snapshots.length)],
                    ['digest', <Short id={newest.digest} />],
                  ]}
                />
              </Card>
              {chosen !== null && (
                <Card title={chosen.name.slice(0, 120)} aside={<a href={linkOf(name, '')}>all columns</a>}>
                  <Piece html={chosen.charts} />
                </Card>
              )}
              <Columns name={name} columns={columns} query={query} />
            </>
          )}
          {name !== null && rejects !== null && <Rejects name={name} rejects={rejects} />}
          {name !== null && looks.length > 0 && <Looks name={name} looks={looks} query={query} />}
          {trends.map((html, place) => (
            <Piece key={place} html={html} />
          ))}
        </div>
      </>
    );
  },
};
