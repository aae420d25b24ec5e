import { figure } from '../../../reporting/figures.ts';
import type { Axis, Spans } from '../../charts/parallel.ts';
import { axesOf, isWithin, spanNames } from '../../charts/parallel.ts';
import type { DrawnRun } from '../../charts/runs.ts';
import { colours, drawRunScatter } from '../../charts/runs.ts';
import { AskForm, Choice } from '../../components/forms.tsx';
import { Card, Empty, Piece } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';
import type { RunsAsked } from '../runs/filter.ts';
import { runsPath } from '../runs/filter.ts';
import { Parallel, shownName } from './parallel.tsx';

/** Runs to be drawn, and which figures of theirs. */
export interface DrawFacts {
  readonly asked: RunsAsked;
  readonly runs: readonly DrawnRun[];
  /** How many fit; `runs` are the newest of them. */
  readonly fit: number;
  readonly pipelines: readonly string[];
  /** Figures that differ among the runs. */
  readonly names: readonly string[];
  readonly x: string;
  readonly y: string;
  readonly axes: readonly string[];
  /** What is wanted on the axes. */
  readonly spans: Spans;
}

const mostRows = 20;

const named = (names: readonly string[]): readonly (readonly [string, string])[] =>
  names.map((name) => [name, shownName(name)] as const);

const Key = ({ runs }: { readonly runs: readonly DrawnRun[] }): Markup => (
  <p class="legend">
    {colours(runs.map(({ group }) => group))
      .slice(0, 5)
      .map(([group, colour]) => (
        <span>
          <svg width="10" height="10" aria-hidden="true">
            <circle cx="5" cy="5" r="5" fill={colour} />
          </svg>{' '}
          {group}{' '}
        </span>
      ))}
  </p>
);

/** The ends of what is wanted, typed: what drawing along an axis does, for those who use no mouse. */
const SpanFields = ({ axes, spans }: { axes: readonly Axis[]; spans: Spans }): Markup => (
  <details class="spans" open={spans.size > 0}>
    <summary>Only runs between</summary>
    <div class="fields">
      {axes.map(({ name, low, high }) => {
        const span = spans.get(name);
        const ends = [
          ['least', span?.least, low],
          ['most', span?.most, high],
        ] as const;
        return (
          <fieldset key={name}>
            <legend>{shownName(name)}</legend>
            {ends.map(([end, value, otherwise]) => (
              <input
                type="number"
                step="any"
                name={spanNames(name)[end]}
                value={value ?? ''}
                placeholder={figure(otherwise)}
                aria-label={`${shownName(name)}, at ${end}`}
              />
            ))}
          </fieldset>
        );
      })}
    </div>
  </details>
);

/** The runs that are wanted, each with its figures: a row lights its line up. */
const WantedRuns = ({ runs, axes }: { runs: readonly DrawnRun[]; axes: readonly Axis[] }): Markup => (
  <>
    <Table
      label="Runs that are wanted"
      columns={[
        { title: 'run' },
        { title: 'of' },
        ...axes.map(({ name }) => ({ title: shownName(name), numeric: true })),
      ]}
      rows={runs.slice(0, mostRows).map(({ id, group, figures }) => ({
        key: id,
        run: id,
        cells: [
          <a href={`/runs/${encodeURIComponent(id)}`}>{id.slice(-8)}</a>,
          group,
          ...axes.map(({ name }) => figure(figures.get(name))),
        ],
      }))}
    />
    {runs.length > mostRows && (
      <p class="note">{`The newest ${mostRows} of ${figure(runs.length)}; draw along an axis for fewer.`}</p>
    )}
  </>
);

function AllThatDiffers({ facts: { runs, axes: names, spans } }: { readonly facts: DrawFacts }): Markup {
  const axes = axesOf(runs, names);
  const wanted = runs.filter((run) => isWithin(run, spans));
  return (
    <Card title="All that differs" aside={<span>a line is a run, and leads to it</span>}>
      <Key runs={runs} />
      <div class="wide scroll" tabindex={0} role="region" aria-label="Parallel coordinates">
        <Parallel runs={runs} axes={axes} spans={spans} />
      </div>
      <p class="note">
        {spans.size === 0
          ? 'Draw along an axis to want only the runs that cross it there; a click on it wants all again.'
          : `${figure(wanted.length)} of ${figure(runs.length)} runs lie where they are wanted. A click on an axis wants all of it again.`}
      </p>
      {wanted.length > 0 && <WantedRuns runs={wanted} axes={axes} />}
    </Card>
  );
}

function Drawings({ facts }: { readonly facts: DrawFacts }): Markup {
  const { runs, x, y, names, spans } = facts;
  if (runs.length < 2 || names.length === 0)
    return (
      <Card>
        <Empty command="aieng runs">Two runs with figures that differ can be drawn; fewer fit.</Empty>
      </Card>
    );
  const wanted = runs.filter((run) => isWithin(run, spans));
  const label = `${shownName(y)} against ${shownName(x)} of ${wanted.length} runs`;
  return (
    <>
      <Card
        title={`${shownName(y)} against ${shownName(x)}`}
        aside={<span>a point is a run, and leads to it</span>}
      >
        <a class="skip" href="#all-that-differs">
          Past the points
        </a>
        <Key runs={runs} />
        <div class="wide scroll" tabindex={0} role="region" aria-label={label}>
          <Piece html={drawRunScatter(wanted, x, y, label)} />
        </div>
      </Card>
      <span id="all-that-differs" tabindex={-1} />
      <AllThatDiffers facts={facts} />
    </>
  );
}

/** Runs by their figures: any two against each other, and all that differ side by side. */
export const drawPage: Page<DrawFacts> = {
  path: '/runs/draw',
  title: () => 'Runs, drawn',
  body: (facts) => {
    const { asked, pipelines, names, x, y, axes, spans, runs, fit } = facts;
    return (
      <>
        <AskForm path="/runs/draw">
          <Choice
            name="pipeline"
            label="Pipeline"
            chosen={asked.pipeline}
            of={[['', 'all'], ...pipelines.map((name) => [name, name] as const)]}
          />
          <div id="which" class="ask" data-answer>
            {names.length > 0 && <Choice name="x" label="Across" chosen={x} of={named(names)} />}
            {names.length > 0 && <Choice name="y" label="Up" chosen={y} of={named(names)} />}
          </div>
          <div id="wanted" class="grow" data-answer>
            {names.length > 0 && <SpanFields axes={axesOf(runs, axes)} spans={spans} />}
          </div>
          {Object.entries({
            family: asked.family,
            command: asked.command,
            outcome: asked.outcome,
            tag: asked.tag,
            text: asked.text,
          })
            .filter(([, value]) => value !== '')
            .map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
        </AskForm>
        <div id="answer" data-answer>
          <Drawings facts={facts} />
          <p class="note">
            {fit > runs.length ? `The newest ${figure(runs.length)} of ${figure(fit)} runs that fit. ` : ''}
            <a href={runsPath('/runs', asked)}>As a table</a>
          </p>
        </div>
      </>
    );
  },
};
