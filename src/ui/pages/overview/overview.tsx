import type { Markup } from '../../markup.ts';
import { figure, words } from '../../../reporting/figures.ts';
import { Awaited, Card, Empty, Facts, Mark, Warnings, When } from '../../components/pieces.tsx';
import type { Page } from '../../page.ts';

/** How a pipeline stands. */
export interface PipelineStanding {
  readonly name: string;
  readonly newest: number | null;
  /** What serves; null where nothing was deployed. */
  readonly serves: {
    readonly version: number | null;
    readonly bundle: string;
    readonly since: number;
    readonly target: string;
    /** Null: it was asked, and has not answered yet. */
    readonly state: 'running' | 'unhealthy' | 'stopped' | 'destroyed' | null;
    /** It rests because somebody wanted it. */
    readonly wished: boolean;
    readonly url: string | null;
    readonly message: string;
    readonly beside: {
      readonly role: string;
      readonly version: number | null;
      readonly share: number;
    } | null;
  } | null;
  /** How good the model in charge was on its test part. */
  readonly quality: {
    readonly metric: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  } | null;
  readonly monitor: { readonly at: number; readonly decision: string; readonly alarms: number } | null;
  readonly run: {
    readonly id: string;
    readonly command: string;
    readonly outcome: string;
    readonly at: number;
  } | null;
  /** A challenger that waits for a person. */
  readonly waits: { readonly bundle: string; readonly since: number; readonly because: string } | null;
  readonly firing: number;
}

/** What the first page tells. */
export interface OverviewFacts {
  readonly pipelines: readonly PipelineStanding[];
  readonly warnings: readonly string[];
}

type Serves = NonNullable<PipelineStanding['serves']>;

const versioned = (name: string, version: number | null): string =>
  version === null ? name : `${name}@${version}`;

function StateMark({ state, wished }: Serves): Markup {
  if (state === null)
    return (
      <Awaited>
        <Mark tone="plain">asking …</Mark>
      </Awaited>
    );
  if (state === 'running') return <Mark tone="good">running</Mark>;
  return <Mark tone={wished ? 'plain' : 'bad'}>{state}</Mark>;
}

/** What waits for a person, in sentences with the command that ends the wait. */
function Waiting({ standing }: { readonly standing: PipelineStanding }): Markup | null {
  const { name, waits, firing, serves } = standing;
  const down = serves !== null && serves.state !== null && serves.state !== 'running' && !serves.wished;
  if (waits === null && firing === 0 && !down) return null;
  return (
    <ul class="waits">
      {down && (
        <li>
          <Mark tone="bad">down</Mark> {serves.message === '' ? `${name} does not answer.` : serves.message}{' '}
          <code>aieng status {name}</code>
        </li>
      )}
      {waits !== null && (
        <li>
          <Mark tone="wait">waits</Mark> A challenger waits for a person since <When at={waits.since} />:{' '}
          {waits.because} <code>aieng approve {name} --list</code>
        </li>
      )}
      {firing > 0 && (
        <li>
          <Mark tone="bad">{firing === 1 ? '1 alert' : `${firing} alerts`}</Mark> go on.{' '}
          <code>aieng alerts list {name}</code>
        </li>
      )}
    </ul>
  );
}

function servesFact({ name, serves }: PipelineStanding): Markup {
  if (serves === null) return <span class="muted">nothing is deployed</span>;
  const { version, bundle, url, target } = serves;
  return (
    <>
      <b>{versioned(name, version)}</b> <StateMark {...serves} />
      <br />
      <span class="muted">
        {target}
        {url !== null && `, ${url}`} · <a href={`/lineage/${bundle}`}>lineage</a>
      </span>
    </>
  );
}

function Pipeline({ standing }: { readonly standing: PipelineStanding }): Markup {
  const { name, newest, serves, quality, monitor, run } = standing;
  return (
    <Card title={name} aside={<a href={`/runs?pipeline=${encodeURIComponent(name)}`}>its runs</a>}>
      <Waiting standing={standing} />
      <Facts
        of={[
          ['Serves', servesFact(standing)],
          ['Since', serves === null ? null : <When at={serves.since} />],
          [
            'Beside it',
            serves?.beside == null
              ? null
              : `${versioned(name, serves.beside.version)} as ${serves.beside.role}, ${figure(serves.beside.share * 100)} % of the requests`,
          ],
          [
            'On its test part',
            quality === null ? null : (
              <>
                {words(quality.metric)} <b>{figure(quality.value)}</b>{' '}
                <span class="muted">
                  {figure(quality.low)} to {figure(quality.high)}
                </span>
              </>
            ),
          ],
          [
            'Last look',
            monitor === null ? (
              <span class="muted">never monitored</span>
            ) : (
              <>
                <Mark tone={monitor.alarms > 0 ? 'bad' : 'good'}>
                  {monitor.decision.replaceAll('-', ' ')}
                </Mark>{' '}
                <When at={monitor.at} />
              </>
            ),
          ],
          ['Newest version', newest === null ? <span class="muted">none yet</span> : versioned(name, newest)],
          [
            'Last run',
            run === null ? (
              <span class="muted">never ran</span>
            ) : (
              <>
                <a href={`/runs/${run.id}`}>
                  {run.command}: {run.outcome.replaceAll('-', ' ')}
                </a>{' '}
                <When at={run.at} />
              </>
            ),
          ],
        ]}
      />
      {newest === null && <Empty command={`aieng run ${name}`}>It has no model yet.</Empty>}
      {newest !== null && serves === null && (
        <Empty command={`aieng deploy ${name}`}>It has a model that nobody can ask yet.</Empty>
      )}
    </Card>
  );
}

/** What serves, since when, how it does, and what waits for a person. */
export const overviewPage: Page<OverviewFacts> = {
  path: '/',
  title: () => 'Overview',
  body: ({ pipelines, warnings }) => (
    <>
      <Warnings of={warnings} />
      {pipelines.length === 0 ? (
        <Card>
          <Empty command="aieng init --from data.csv --label <column>">
            There is no pipeline yet. Make one from your data:
          </Empty>
        </Card>
      ) : (
        pipelines.map((standing) => <Pipeline key={standing.name} standing={standing} />)
      )}
    </>
  ),
};
