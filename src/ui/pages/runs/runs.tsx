import { figure, words } from '../../../reporting/figures.ts';
import { Card, Empty, Long, Mark, Warnings, When } from '../../components/pieces.tsx';
import { AskForm, Choice } from '../../components/forms.tsx';
import { Table } from '../../components/table.tsx';
import type { Column } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';
import type { RunsAsked } from './filter.ts';
import { runsPath } from './filter.ts';

/** A run in the list. */
export interface RunRow {
  readonly id: string;
  readonly pipeline: string;
  readonly command: string;
  readonly outcome: string;
  readonly startedAt: number;
  readonly seconds: number;
  readonly family: string | null;
  readonly metric: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly passed: boolean | null;
  readonly bundle: { readonly name: string; readonly version: number; readonly digest: string } | null;
  readonly set: readonly string[];
  readonly tags: readonly string[];
  readonly note: string | null;
  readonly because: string | null;
}

/** The list, as it was asked for. */
export interface RunsFacts {
  readonly asked: RunsAsked;
  readonly rows: readonly RunRow[];
  /** How many fit. */
  readonly fit: number;
  readonly perPage: number;
  /** How many are read of those in the store. */
  readonly read: number;
  readonly all: number;
  /** What can be chosen. */
  readonly choices: Readonly<
    Record<'pipeline' | 'family' | 'command' | 'outcome' | 'tag', readonly string[]>
  >;
  readonly damaged: readonly string[];
}

const any = (values: readonly string[]): readonly (readonly [string, string])[] => [
  ['', 'all'],
  ...values.map((value) => [value, value.length > 60 ? `${value.slice(0, 59)}…` : value] as const),
];

function Filter({ facts: { asked, choices } }: { readonly facts: RunsFacts }): Markup {
  return (
    <AskForm path="/runs">
      <label>
        <span>
          Search <kbd>/</kbd>
        </span>
        <input
          type="search"
          name="text"
          value={asked.text}
          data-filter
          placeholder="id, commit, setting, note"
        />
      </label>
      <Choice name="pipeline" label="Pipeline" chosen={asked.pipeline} of={any(choices.pipeline)} />
      <Choice name="family" label="Family" chosen={asked.family} of={any(choices.family)} />
      <Choice name="command" label="Command" chosen={asked.command} of={any(choices.command)} />
      <Choice name="outcome" label="Outcome" chosen={asked.outcome} of={any(choices.outcome)} />
      {choices.tag.length > 0 && <Choice name="tag" label="Tag" chosen={asked.tag} of={any(choices.tag)} />}
      <label class="tick">
        <input type="checkbox" name="all" value="1" checked={asked.all} /> without a model too
      </label>
      {asked.sort !== 'when' && <input type="hidden" name="sort" value={asked.sort} />}
      {!asked.down && <input type="hidden" name="order" value="up" />}
    </AskForm>
  );
}

function columns(asked: RunsAsked): readonly Column[] {
  const by = (title: string, sort: string, numeric = false): Column => {
    const now = asked.sort === sort;
    return {
      title,
      numeric,
      href: runsPath('/runs', asked, { sort, down: now ? !asked.down : true, page: 1 }),
      ...(now ? { sorted: asked.down ? 'descending' : 'ascending' } : {}),
    };
  };
  return [
    { title: 'compare' },
    by('when', 'when'),
    by('pipeline', 'pipeline'),
    // What a person set or said stands here, too: a column at the far right is out of sight.
    { title: 'what' },
    by('family', 'family'),
    by('on the test part', 'figure', true),
    { title: 'gates' },
    { title: 'bundle' },
    by('took', 'seconds', true),
  ];
}

const outcomeTone = (outcome: string): 'plain' | 'good' | 'bad' =>
  outcome === 'ok' || outcome === 'promoted'
    ? 'good'
    : outcome === 'kept' || outcome === 'stopped'
      ? 'plain'
      : 'bad';

function Said({ run }: { readonly run: RunRow }): Markup {
  return (
    <>
      {run.set.length > 0 && (
        <div class="set">
          <Long text={run.set.join(', ')} most={60} />
        </div>
      )}
      {run.tags.length > 0 && (
        <div>
          {run.tags.map((tag) => (
            <>
              <Mark tone="plain">{tag}</Mark>{' '}
            </>
          ))}
        </div>
      )}
      {run.note !== null && (
        <div>
          <Long text={run.note} most={80} />
        </div>
      )}
    </>
  );
}

const row = (run: RunRow): { key: string; cells: readonly Markup[] } => ({
  key: run.id,
  cells: [
    <input type="checkbox" name="run" value={run.id} aria-label={`Compare run ${run.id.slice(-6)}`} />,
    <>
      <a href={`/runs/${run.id}`}>
        <When at={run.startedAt} />
      </a>
      <div class="muted">
        <code>{run.id.slice(-8)}</code>
      </div>
    </>,
    <Long text={run.pipeline} most={40} />,
    <>
      {run.command} <Mark tone={outcomeTone(run.outcome)}>{run.outcome.replaceAll('-', ' ')}</Mark>
      {run.because !== null && (
        <div class="muted">
          <Long text={run.because} most={60} />
        </div>
      )}
      <Said run={run} />
    </>,
    <>{run.family ?? '–'}</>,
    <>
      {run.metric === null ? '–' : `${words(run.metric)} `}
      {run.metric !== null && <b>{figure(run.value)}</b>}
      {run.low !== null && <div class="muted">{`${figure(run.low)} to ${figure(run.high)}`}</div>}
    </>,
    <>
      {run.passed === null ? (
        '–'
      ) : (
        <Mark tone={run.passed ? 'good' : 'bad'}>{run.passed ? 'passed' : 'failed'}</Mark>
      )}
    </>,
    <>
      {run.bundle === null ? (
        '–'
      ) : (
        <a href={`/lineage/${run.bundle.digest}`}>
          {run.bundle.name}@{run.bundle.version}
        </a>
      )}
    </>,
    <>{figure(run.seconds)} s</>,
  ],
});

function Pager({ facts: { asked, fit, perPage } }: { readonly facts: RunsFacts }): Markup {
  const last = Math.max(1, Math.ceil(fit / perPage));
  const to = (page: number, text: string): Markup | false =>
    page >= 1 && page <= last && <a href={runsPath('/runs', asked, { page })}>{text}</a>;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <span>{to(asked.page - 1, '← newer')}</span>
      <span>
        page {figure(asked.page)} of {figure(last)}
      </span>
      <span>{to(asked.page + 1, 'older →')}</span>
    </nav>
  );
}

function List({ facts }: { readonly facts: RunsFacts }): Markup {
  const { asked, rows, fit, read, all } = facts;
  if (all === 0)
    return (
      <Card>
        <Empty command="aieng run">Nothing was tried yet. The first run is made by:</Empty>
      </Card>
    );
  return (
    <Card
      title={fit === 1 ? '1 run' : `${figure(fit)} runs`}
      aside={
        <span>
          {read < all && `${figure(read)} of ${figure(all)} are read so far · `}
          <a href={runsPath('/runs/draw', asked, { page: 1 })}>draw them</a> ·{' '}
          <a href={runsPath('/runs.csv', asked, { page: 1 })}>CSV</a>
        </span>
      }
    >
      {rows.length === 0 ? (
        <Empty>No run fits.</Empty>
      ) : (
        <form method="get" action="/runs/compare">
          <Table label="Runs" names={1} columns={columns(asked)} rows={rows.map(row)} />
          <p class="below">
            <button>Compare the ticked ones</button>
          </p>
          <Pager facts={facts} />
        </form>
      )}
    </Card>
  );
}

/** What was tried, newest first; filtered, sorted, page by page. */
export const runsPage: Page<RunsFacts> = {
  path: '/runs',
  title: () => 'Runs',
  body: (facts) => (
    <>
      <Warnings of={facts.damaged.slice(0, 5)} />
      <Filter facts={facts} />
      <div id="answer" data-answer>
        <List facts={facts} />
      </div>
    </>
  ),
};
