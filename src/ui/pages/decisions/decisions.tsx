import { figure, words } from '../../../reporting/figures.ts';
import type { Html } from '../../../reporting/html.ts';
import type { Tone } from '../../../reporting/page.ts';
import { ActionForm } from '../../components/forms.tsx';
import { Card, Empty, Facts, Long, Mark, Piece, Short, Warnings, When } from '../../components/pieces.tsx';
import { pageAsked, Pager } from '../../components/pager.tsx';
import { PipelineChoice } from '../../components/pipelineChoice.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Asked, Page } from '../../page.ts';

/** A challenger that waits for a person, or waited. */
export interface WaitingLine {
  readonly run: string;
  readonly state: 'waiting' | 'approved' | 'rejected' | 'stale';
  /** Why it is stale. */
  readonly stale: string | null;
  readonly at: number;
  readonly bundle: string;
  readonly because: string;
  readonly holds: readonly string[];
  readonly metric: string;
  readonly champion: number;
  readonly challenger: number;
  readonly rows: number;
  readonly answer: { readonly who: string; readonly why: string; readonly at: number } | null;
}

/** What the page of decisions shows. */
export interface DecisionsFacts {
  readonly pipelines: readonly string[];
  readonly name: string | null;
  readonly waiting: readonly WaitingLine[];
  /** Newest first. */
  readonly decisions: readonly {
    readonly run: string;
    readonly at: number;
    readonly decision: string;
    readonly tone: Tone;
    readonly because: string;
    readonly triggers: readonly string[];
  }[];
  readonly warnings: readonly string[];
}

const linesShown = 50;
const tones = { waiting: 'wait', approved: 'good', rejected: 'bad', stale: 'wait' } as const;

function Challenger({ name, of, asked }: { name: string; of: WaitingLine; asked: Asked }): Markup {
  const { run, state, stale, at, bundle, because, holds, metric, champion, challenger, rows, answer } = of;
  const hidden = { pipeline: name, challenger: bundle };
  return (
    <div class="event">
      <p>
        <Mark tone={tones[state]}>{state}</Mark> <Long text={because} most={400} />
      </p>
      <Facts
        of={[
          ['Since', <When at={at} />],
          ['Bundle', <Short id={bundle} />],
          [words(metric), `${figure(champion)} → ${figure(challenger)} on the same ${figure(rows)} rows`],
          ['Why it waits', holds.length === 0 ? null : <Long text={holds.join(' ')} most={400} />],
          ['Why it waits no more', stale],
          [
            'Answered',
            answer === null ? null : (
              <>
                <When at={answer.at} /> by {answer.who}: <Long text={answer.why} />
              </>
            ),
          ],
          ['Run', <a href={`/decisions/${encodeURIComponent(name)}/${run}`}>all that was compared</a>],
        ]}
      />
      {state === 'waiting' && (
        <>
          <ActionForm
            asked={asked}
            action="approve"
            opens="Approve …"
            does="Approve, and let it serve"
            hidden={hidden}
          >
            <label>
              <span>Why, for the record</span>
              <input name="why" required maxlength={500} size={50} />
            </label>
          </ActionForm>
          <ActionForm
            asked={asked}
            action="reject"
            opens="Reject …"
            does="Reject: the champion stays"
            hidden={hidden}
          >
            <label>
              <span>Why, for the record</span>
              <input name="why" required maxlength={500} size={50} />
            </label>
          </ActionForm>
          {!asked.write && (
            <Empty command={`aieng approve ${name} --why "…"`}>
              These pages are read-only; start them with --write, or answer in the terminal:
            </Empty>
          )}
        </>
      )}
    </div>
  );
}

function Decisions({ facts, name, asked }: { facts: DecisionsFacts; name: string; asked: Asked }): Markup {
  const { decisions } = facts;
  const { page, pages } = pageAsked(asked.query, decisions.length, linesShown);
  return (
    <Card
      title="What was decided"
      aside={<a href={`/monitoring?pipeline=${encodeURIComponent(name)}`}>over time</a>}
    >
      <Table
        label="Decisions"
        columns={[{ title: 'when' }, { title: 'decision' }, { title: 'because' }, { title: 'why it began' }]}
        rows={decisions.slice(page * linesShown, (page + 1) * linesShown).map((line) => ({
          key: line.run,
          cells: [
            <a href={`/decisions/${encodeURIComponent(name)}/${line.run}`}>
              <When at={line.at} />
            </a>,
            <Mark tone={line.tone}>{line.decision.replaceAll('-', ' ')}</Mark>,
            <Long text={line.because} most={200} />,
            <Long text={line.triggers.join(' ')} />,
          ],
        }))}
      />
      <Pager
        page={page}
        pages={pages}
        href={(part) => `/decisions?pipeline=${encodeURIComponent(name)}&part=${part}`}
      />
    </Card>
  );
}

/** Why it was retrained, why a challenger took over or did not, and what waits for a person. */
export const decisionsPage: Page<DecisionsFacts> = {
  path: '/decisions',
  title: ({ name }) => (name === null ? 'Decisions' : `Decisions about ${name}`),
  body: (facts, asked) => {
    const { pipelines, name, waiting, decisions, warnings } = facts;
    return (
      <>
        <Warnings of={warnings} />
        <PipelineChoice path="/decisions" pipelines={pipelines} name={name} />
        <div id="answer" data-answer>
          {name !== null && waiting.length > 0 && (
            <Card title="Challengers that wait for a person, or waited">
              {waiting.map((of) => (
                <Challenger key={of.run} name={name} of={of} asked={asked} />
              ))}
            </Card>
          )}
          {name === null || decisions.length === 0 ? (
            <Card>
              <Empty command={`aieng retrain${name === null ? '' : ` ${name}`}`}>
                Nothing was decided yet. It retrains where a trigger fires, and promotes what is better beyond
                noise.
              </Empty>
            </Card>
          ) : (
            <Decisions facts={facts} name={name} asked={asked} />
          )}
        </div>
      </>
    );
  },
};

/** What the page of one decision shows. */
export interface DecisionFacts {
  readonly name: string;
  readonly at: number;
  readonly sections: readonly Html[];
}

/** One decision: who took part, what was compared, and what came of it. */
export const decisionPage: Page<DecisionFacts> = {
  path: '/decisions/:name/:run',
  title: ({ name }) => `A decision about ${name}`,
  body: ({ name, at, sections }) => (
    <>
      <p>
        <a href={`/decisions?pipeline=${encodeURIComponent(name)}`}>All decisions</a> · <When at={at} />
      </p>
      {sections.map((html, place) => (
        <Piece key={place} html={html} />
      ))}
    </>
  ),
};
