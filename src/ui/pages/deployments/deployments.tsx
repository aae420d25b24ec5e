import { figure, words } from '../../../reporting/figures.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { PipelineChoice } from '../../components/pipelineChoice.tsx';
import {
  Awaited,
  Card,
  Empty,
  Facts,
  Figures,
  Long,
  Mark,
  Short,
  Warnings,
  When,
} from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';

/** A prediction of the log, masked where it is of a person. */
export interface LoggedAnswer {
  readonly id: string;
  readonly at: number;
  readonly version: number | null;
  readonly prediction: string;
  readonly inputs: readonly (readonly [column: string, value: string])[];
}

/** What the page of deployments shows. */
export interface DeploymentsFacts {
  readonly pipelines: readonly string[];
  readonly name: string | null;
  /** Null: nothing was deployed under that name. */
  readonly deployed: {
    /** Null: it was asked, and has not answered yet. */
    readonly state: 'running' | 'stopped' | 'unhealthy' | null;
    readonly url: string | null;
    readonly target: string;
    readonly message: string;
    readonly since: number | null;
    readonly restarts: number;
    readonly versions: readonly {
      readonly version: number | null;
      readonly bundle: string;
      readonly role: string;
      readonly share: number;
    }[];
  } | null;
  /** What the service counted; null: it does not say so. */
  readonly live: {
    readonly requests: number;
    readonly errors: number;
    /** Between the last two times that this page asked; null: it asked once. */
    readonly perSecond: number | null;
    readonly p50Ms: number | null;
    readonly p99Ms: number | null;
    readonly waiting: number;
    readonly lost: number;
    readonly memoryMb: number | null;
  } | null;
  /** What runs beside the version in charge, as the newest look saw it. */
  readonly second: {
    readonly role: string;
    readonly version: number | null;
    readonly state: string;
    readonly because: string;
    readonly rows: number;
    readonly metric: string | null;
    readonly first: number | null;
    readonly other: number | null;
    readonly firstMs: number | null;
    readonly otherMs: number | null;
  } | null;
  /** Newest first. */
  readonly answers: readonly LoggedAnswer[];
  readonly warnings: readonly string[];
}

const stateTone = { running: 'good', stopped: 'wait', unhealthy: 'bad' } as const;
const ms = (value: number | null): string => (value === null ? '–' : `${figure(value)} ms`);
const versionName = (name: string, version: number | null): string =>
  version === null ? name : `${name}@${version}`;

function Standing({
  name,
  deployed,
}: {
  name: string;
  deployed: NonNullable<DeploymentsFacts['deployed']>;
}): Markup {
  const { state, url, target, message, since, restarts, versions } = deployed;
  return (
    <Card title="What serves" aside={<a href={`/try/${encodeURIComponent(name)}`}>try it</a>}>
      <p>
        {state === null ? (
          <Awaited>
            <Mark tone="plain">asking …</Mark>
          </Awaited>
        ) : (
          <Mark tone={stateTone[state]}>{state}</Mark>
        )}{' '}
        {message === state ? '' : message}
      </p>
      <Facts
        of={[
          ['Where', target],
          ['Address', url],
          ['Since', since === null ? null : <When at={since} />],
          ['Restarts', restarts === 0 ? null : figure(restarts)],
        ]}
      />
      <Table
        label="Versions by share of the requests"
        columns={[
          { title: 'version' },
          { title: 'role' },
          { title: 'share', numeric: true },
          { title: 'bundle' },
        ]}
        rows={versions.map(({ version, bundle, role, share }) => ({
          key: `${role} ${bundle}`,
          cells: [
            versionName(name, version),
            role,
            formatPercent(share),
            <a href={`/lineage/${bundle}`}>
              <Short id={bundle} />
            </a>,
          ],
        }))}
      />
    </Card>
  );
}

const Live = ({ live }: { live: NonNullable<DeploymentsFacts['live']> }): Markup => (
  <Card title="What it counts">
    <Figures
      of={[
        ['requests a second', live.perSecond === null ? '–' : figure(live.perSecond)],
        ['requests', figure(live.requests)],
        [
          'errors',
          `${figure(live.errors)} (${formatPercent(live.requests === 0 ? 0 : live.errors / live.requests)})`,
        ],
        ['median', ms(live.p50Ms)],
        ['99th percentile', ms(live.p99Ms)],
        ['waiting now', figure(live.waiting)],
        ['not recorded', figure(live.lost)],
        ['memory', live.memoryMb === null ? '–' : `${figure(live.memoryMb)} MB`],
      ]}
    />
    <p class="note">
      Since its processes started. The rate is of the time between the last two times that this page was made.
    </p>
  </Card>
);

function Beside({ name, second }: { name: string; second: NonNullable<DeploymentsFacts['second']> }): Markup {
  const { role, version, state, because, rows, metric, first, other, firstMs, otherMs } = second;
  return (
    <Card title={`The ${role} against the version in charge`}>
      <p>
        <Mark tone={state === 'good' ? 'good' : state === 'bad' ? 'bad' : 'wait'}>{state}</Mark>{' '}
        <Long text={because} most={400} />
      </p>
      <Table
        label="Two versions on the rows of both"
        columns={[
          { title: 'version' },
          { title: 'rows of both', numeric: true },
          { title: metric === null ? 'metric' : words(metric), numeric: true },
          { title: 'time for a row (95th percentile)', numeric: true },
        ]}
        rows={[
          { key: 'first', cells: ['in charge', figure(rows), figure(first), ms(firstMs)] },
          { key: 'second', cells: [versionName(name, version), figure(rows), figure(other), ms(otherMs)] },
        ]}
      />
    </Card>
  );
}

const Tail = ({ name, answers }: { name: string; answers: readonly LoggedAnswer[] }): Markup => (
  <Card title="The newest answers">
    <Table
      label="The newest answers of the log"
      columns={[
        { title: 'when' },
        { title: 'version' },
        { title: 'answer' },
        { title: 'inputs' },
        { title: '' },
      ]}
      rows={answers.map(({ id, at, version, prediction, inputs }) => ({
        key: id,
        cells: [
          <When at={at} />,
          versionName(name, version),
          <Long text={prediction} most={40} />,
          <Long text={inputs.map(([column, value]) => `${column} ${value}`).join(', ')} most={100} />,
          <a href={`/deployments/${encodeURIComponent(name)}/${encodeURIComponent(id)}`}>why</a>,
        ],
      }))}
    />
  </Card>
);

/** What serves, what it counts, what runs beside it, and what it answered last. */
export const deploymentsPage: Page<DeploymentsFacts> = {
  path: '/deployments',
  title: ({ name }) => (name === null ? 'Deployments' : `${name} in service`),
  body: ({ pipelines, name, deployed, live, second, answers, warnings }) => (
    <>
      <Warnings of={warnings} />
      <PipelineChoice path="/deployments" pipelines={pipelines} name={name} />
      <div id="answer" data-answer>
        {name === null || deployed === null ? (
          <Card>
            <Empty command={name === null ? 'aieng run' : `aieng deploy ${name}`}>
              Nothing is deployed yet.
            </Empty>
          </Card>
        ) : (
          <>
            <Standing name={name} deployed={deployed} />
            {live !== null && <Live live={live} />}
            {second !== null && <Beside name={name} second={second} />}
            {answers.length === 0 ? (
              <Card title="The newest answers">
                <Empty>It has answered nobody yet, or does not keep what it answers.</Empty>
              </Card>
            ) : (
              <Tail name={name} answers={answers} />
            )}
          </>
        )}
      </div>
    </>
  ),
};
