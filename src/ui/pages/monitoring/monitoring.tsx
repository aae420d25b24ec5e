import { figure, words } from '../../../reporting/figures.ts';
import type { Html } from '../../../reporting/html.ts';
import type { Tone } from '../../../reporting/page.ts';
import { AskForm, Choice } from '../../components/forms.tsx';
import { Card, Empty, Long, Mark, Piece, Warnings, When } from '../../components/pieces.tsx';
import { pageAsked, Pager } from '../../components/pager.tsx';
import { PipelineChoice } from '../../components/pipelineChoice.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** A look, or something that happened between two. */
export interface TimeLine {
  readonly key: string;
  readonly at: number;
  /** Where it is shown; null: nowhere. */
  readonly href: string | null;
  readonly what: string;
  readonly said: string;
  readonly tone: Tone | 'plain';
  readonly changed: string;
  readonly rows: number | null;
  readonly metric: { readonly name: string; readonly value: number } | null;
}

/** What the page of monitoring over time shows. */
export interface MonitoringFacts {
  readonly pipelines: readonly string[];
  readonly name: string | null;
  readonly trends: readonly Html[];
  /** Newest first. */
  readonly lines: readonly TimeLine[];
  readonly warnings: readonly string[];
}

const linesShown = 50;

function Lines({
  lines,
  name,
  query,
}: {
  lines: readonly TimeLine[];
  name: string;
  query: URLSearchParams;
}): Markup {
  const { page, pages } = pageAsked(query, lines.length, linesShown);
  return (
    <Card
      title="Look by look"
      aside={<a href={`/decisions?pipeline=${encodeURIComponent(name)}`}>decisions</a>}
    >
      <Table
        label="Looks, decisions and what took over"
        columns={[
          { title: 'when' },
          { title: 'what' },
          { title: 'it said' },
          { title: 'what changed' },
          { title: 'rows', numeric: true },
          { title: 'metric', numeric: true },
        ]}
        rows={lines.slice(page * linesShown, (page + 1) * linesShown).map((line) => ({
          key: line.key,
          cells: [
            line.href === null ? (
              <When at={line.at} />
            ) : (
              <a href={line.href}>
                <When at={line.at} />
              </a>
            ),
            line.what,
            <Mark tone={line.tone}>{line.said}</Mark>,
            <Long text={line.changed} />,
            line.rows === null ? '' : figure(line.rows),
            line.metric === null ? '' : `${words(line.metric.name)} ${figure(line.metric.value)}`,
          ],
        }))}
      />
      <Pager
        page={page}
        pages={pages}
        href={(part) => `/monitoring?pipeline=${encodeURIComponent(name)}&part=${part}`}
      />
    </Card>
  );
}

/** Drift, performance and health over time, with what took over and what was decided on the same axis. */
export const monitoringPage: Page<MonitoringFacts> = {
  path: '/monitoring',
  title: ({ name }) => (name === null ? 'Monitoring' : `${name} over time`),
  body: ({ pipelines, name, trends, lines, warnings }, { query }) => (
    <>
      <Warnings of={warnings} />
      <PipelineChoice path="/monitoring" pipelines={pipelines} name={name} />
      <div id="answer" data-answer>
        {trends.map((html, at) => (
          <Piece key={at} html={html} />
        ))}
        {name === null || lines.length === 0 ? (
          <Card>
            <Empty command={`aieng monitor${name === null ? '' : ` ${name}`}`}>
              Nobody has looked yet. A look compares what came in with what the model was made for.
            </Empty>
          </Card>
        ) : (
          <Lines lines={lines} name={name} query={query} />
        )}
      </div>
    </>
  ),
};

/** What the page of one look shows. */
export interface LookFacts {
  readonly name: string;
  readonly at: number;
  readonly id: string;
  /** The look that stands beside it; null: it stands alone. */
  readonly beside: string | null;
  readonly sections: readonly Html[];
  /** Other looks of which the report is there. */
  readonly others: readonly { readonly id: string; readonly text: string }[];
}

/** One look, or two side by side. */
export const lookPage: Page<LookFacts> = {
  path: '/monitoring/:name/:look',
  title: ({ name, beside }) => (beside === null ? `A look at ${name}` : `Two looks at ${name}`),
  body: ({ name, id, at, beside, sections, others }) => (
    <>
      <p>
        <a href={`/monitoring?pipeline=${encodeURIComponent(name)}`}>All looks</a> · <When at={at} />
      </p>
      {others.length > 0 && (
        <AskForm path={`/monitoring/${encodeURIComponent(name)}/${id}`}>
          <Choice
            name="beside"
            label="Beside"
            chosen={beside ?? ''}
            of={[['', 'alone'], ...others.map((other) => [other.id, other.text] as const)]}
          />
        </AskForm>
      )}
      <div id="answer" data-answer>
        {sections.map((html, place) => (
          <Piece key={place} html={html} />
        ))}
      </div>
    </>
  ),
};
