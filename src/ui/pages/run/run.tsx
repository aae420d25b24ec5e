import type { Evaluation } from '../../../evaluation/evaluation.ts';
import { figure } from '../../../reporting/figures.ts';
import type { Html } from '../../../reporting/html.ts';
import type { StageOutcome } from '../../../tracking/runs/runs.ts';
import { ActionForm } from '../../components/forms.tsx';
import { Card, Empty, Facts, Long, Mark, Piece, Short, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Asked, Page } from '../../page.ts';
import type { RunRow } from '../runs/runs.tsx';
import type { SlicesAsked } from './slices.tsx';
import { SliceExplorer } from './slices.tsx';
import type { ThresholdFacts } from './threshold.tsx';
import { ThresholdExplorer } from './threshold.tsx';

/** All that is known of a run. */
export interface RunFacts {
  readonly run: RunRow;
  readonly stages: readonly StageOutcome[];
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  readonly host: string;
  readonly environment: { readonly platform: string; readonly node: string; readonly aieng: string };
  readonly snapshot: string | null;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number } | null;
  /** What the command said of itself: `name: value`. */
  readonly facts: readonly string[];
  /** Null where it made no model, or its record is gone. */
  readonly evaluation: Evaluation | null;
  /** The sections of the report of its training. */
  readonly sections: readonly Html[];
  readonly higherIsBetter: boolean;
  readonly slices: SlicesAsked | null;
  readonly threshold: ThresholdFacts | null;
}

const tones = { ok: 'good', promoted: 'good', kept: 'plain', stopped: 'plain' } as const;
const toneOf = (outcome: string): 'good' | 'plain' | 'bad' =>
  outcome === 'ok' || outcome === 'promoted' || outcome === 'kept' || outcome === 'stopped'
    ? tones[outcome]
    : 'bad';

function Summary({ facts, asked }: { readonly facts: RunFacts; readonly asked: Asked }): Markup {
  const { run, git, host, environment, snapshot, rows } = facts;
  return (
    <Card
      title={`${run.command} of ${run.pipeline}`}
      aside={<Mark tone={toneOf(run.outcome)}>{run.outcome.replaceAll('-', ' ')}</Mark>}
    >
      <Facts
        of={[
          ['When', <When at={run.startedAt} />],
          ['Took', `${figure(run.seconds)} s`],
          ['Id', <code>{run.id}</code>],
          ['Model', run.family],
          [
            'Bundle',
            run.bundle === null ? null : (
              <a href={`/lineage/${run.bundle.digest}`}>
                {run.bundle.name}@{run.bundle.version}
              </a>
            ),
          ],
          [
            'Rows',
            rows === null
              ? null
              : `${figure(rows.train)} train, ${figure(rows.validation)} validation, ${figure(rows.test)} test`,
          ],
          ['Snapshot', snapshot === null ? null : <Short id={snapshot} />],
          [
            'Commit',
            git === null ? null : (
              <>
                <Short id={git.commit} />
                {git.dirty && ' with changes'}
              </>
            ),
          ],
          ['Machine', `${host}, ${environment.platform}`],
          ['aieng', `${environment.aieng} on Node ${environment.node}`],
          ['Set for this run', run.set.length === 0 ? null : <Long text={run.set.join(' ')} />],
          ['Tags', run.tags.length === 0 ? null : run.tags.join(', ')],
          ['Note', run.note === null ? null : <Long text={run.note} />],
        ]}
      />
      <p class="note">
        <a href={`/runs/compare?run=${run.id}`}>Compare with the one before</a>
      </p>
      <ActionForm asked={asked} action="tag" opens="Tag it …" does="Add the tags" hidden={{ run: run.id }}>
        <label>
          <span>Tags, with spaces between them</span>
          <input name="tags" required maxlength={500} />
        </label>
      </ActionForm>
      <ActionForm
        asked={asked}
        action="note"
        opens="Note something …"
        does="Write the note"
        hidden={{ run: run.id }}
      >
        <label class="grow">
          <span>Takes the place of the note before</span>
          <textarea name="note" rows={3} cols={50} maxlength={2000}>
            {run.note ?? ''}
          </textarea>
        </label>
      </ActionForm>
    </Card>
  );
}

const Stages = ({ stages }: Pick<RunFacts, 'stages'>): Markup => (
  <Table
    label="Stages"
    columns={[{ title: 'stage' }, { title: '' }, { title: 'because' }, { title: 'took', numeric: true }]}
    rows={stages.map(({ name, state, reason, durationMs }) => ({
      key: name,
      cells: [
        name,
        <Mark tone={state === 'ran' ? 'good' : 'plain'}>{state}</Mark>,
        <Long text={reason} />,
        `${figure(durationMs / 1000)} s`,
      ],
    }))}
  />
);

/** One run: what it did and why, and the whole evaluation of the model that it made. */
export const runPage: Page<RunFacts> = {
  path: '/runs/:id',
  title: ({ run }) => `Run ${run.id.slice(-8)}`,
  body: (facts, asked) => {
    const { run, stages, evaluation, sections, slices, threshold, higherIsBetter } = facts;
    return (
      <>
        <Summary facts={facts} asked={asked} />
        {sections.slice(0, 1).map((html) => (
          <Piece html={html} />
        ))}
        {threshold !== null && <ThresholdExplorer facts={threshold} />}
        {evaluation !== null && slices !== null && (
          <SliceExplorer
            run={run.id}
            evaluation={evaluation}
            asked={slices}
            higherIsBetter={higherIsBetter}
          />
        )}
        {sections.slice(1).map((html) => (
          <Piece html={html} />
        ))}
        {evaluation === null && (
          <Card>
            <Empty>It made no model, or what is known of it is gone from the store.</Empty>
          </Card>
        )}
        <Card title="What it did">
          <Stages stages={stages} />
          {facts.facts.length > 0 && (
            <details class="long">
              <summary>What the command wrote down besides</summary>
              <pre tabindex={0} role="group" aria-label="Facts">
                {facts.facts.join('\n')}
              </pre>
            </details>
          )}
        </Card>
      </>
    );
  },
};
