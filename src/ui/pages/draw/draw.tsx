import { figure, words } from '../../../reporting/figures.ts';
import type { DrawnRun } from '../../charts/runs.ts';
import { colours, drawParallel, drawRunScatter } from '../../charts/runs.ts';
import { AskForm, Choice } from '../../components/forms.tsx';
import { Card, Empty, Piece } from '../../components/pieces.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';
import type { RunsAsked } from '../runs/filter.ts';
import { runsPath } from '../runs/filter.ts';

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
}

const named = (names: readonly string[]): readonly (readonly [string, string])[] =>
  names.map((name) => [name, words(name.replace(/^model\./, ''))] as const);

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

async function Drawings({ facts }: { readonly facts: DrawFacts }): Promise<Markup> {
  const { runs, x, y, axes, names } = facts;
  if (runs.length < 2 || names.length === 0)
    return (
      <Card>
        <Empty command="aieng runs">Two runs with figures that differ can be drawn; fewer fit.</Empty>
      </Card>
    );
  const label = `${words(y)} against ${words(x)} of ${runs.length} runs`;
  return (
    <>
      <Card title={`${words(y)} against ${words(x)}`} aside={<span>a point is a run, and leads to it</span>}>
        <a class="skip" href="#all-that-differs">
          Past the points
        </a>
        <Key runs={runs} />
        <div class="wide">
          <Piece html={await drawRunScatter(runs, x, y, label)} />
        </div>
      </Card>
      <span id="all-that-differs" tabindex={-1} />
      <Card
        title="All that differs"
        aside={<span>a line is a run; each axis from its least to its greatest value</span>}
      >
        <Key runs={runs} />
        <div class="wide scroll" tabindex={0} role="region" aria-label="Parallel coordinates">
          <Piece
            html={await drawParallel(
              runs,
              axes,
              `Parallel coordinates of ${runs.length} runs over ${axes.length} figures`,
            )}
          />
        </div>
      </Card>
    </>
  );
}

/** Runs by their figures: any two against each other, and all that differ side by side. */
export const drawPage: Page<DrawFacts> = {
  path: '/runs/draw',
  title: () => 'Runs, drawn',
  body: async (facts) => {
    const { asked, pipelines, names, x, y, runs, fit } = facts;
    return (
      <>
        <AskForm path="/runs/draw">
          <Choice
            name="pipeline"
            label="Pipeline"
            chosen={asked.pipeline}
            of={[['', 'all'], ...pipelines.map((name) => [name, name] as const)]}
          />
          {names.length > 0 && <Choice name="x" label="Across" chosen={x} of={named(names)} />}
          {names.length > 0 && <Choice name="y" label="Up" chosen={y} of={named(names)} />}
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
          {await Drawings({ facts })}
          <p class="note">
            {fit > runs.length ? `The newest ${figure(runs.length)} of ${figure(fit)} runs that fit. ` : ''}
            <a href={runsPath('/runs', asked)}>As a table</a>
          </p>
        </div>
      </>
    );
  },
};
