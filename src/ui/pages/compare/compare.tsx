import type { RunDifference } from '../../../cascade/tried/differences.ts';
import type { Comparison } from '../../../evaluation/evaluation.ts';
import { figure, pValue, words } from '../../../reporting/figures.ts';
import { Card, Empty, Long, Mark, When } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';
import type { Page } from '../../page.ts';
import type { RunRow } from '../runs/runs.tsx';

/** Runs side by side: each further one against the first. */
export interface CompareFacts {
  readonly runs: readonly RunRow[];
  readonly differences: readonly RunDifference[];
}

const nameOf = (run: RunRow): string =>
  run.bundle === null ? run.id.slice(-8) : `${run.bundle.name}@${run.bundle.version} (${run.id.slice(-6)})`;

const Link = ({ run }: { readonly run: RunRow }): Markup => <a href={`/runs/${run.id}`}>{nameOf(run)}</a>;

function Sides({ runs }: { readonly runs: readonly RunRow[] }): Markup {
  return (
    <Table
      label="The runs"
      columns={[
        { title: 'run' },
        { title: 'when' },
        { title: 'family' },
        { title: 'on its test part', numeric: true },
        { title: '95 % interval', numeric: true },
        { title: 'gates' },
      ]}
      rows={runs.map((run) => ({
        key: run.id,
        cells: [
          <Link run={run} />,
          <When at={run.startedAt} />,
          run.family ?? '–',
          run.metric === null ? '–' : `${words(run.metric)} ${figure(run.value)}`,
          run.low === null ? '–' : `${figure(run.low)} to ${figure(run.high)}`,
          run.passed === null ? (
            '–'
          ) : (
            <Mark tone={run.passed ? 'good' : 'bad'}>{run.passed ? 'passed' : 'failed'}</Mark>
          ),
        ],
      }))}
    />
  );
}

function Paired({
  paired,
  unpaired,
}: {
  readonly paired: Comparison | null;
  readonly unpaired: string | null;
}): Markup {
  if (paired === null)
    return <p class="note">Not compared on the same rows: {unpaired ?? 'nothing is known'}.</p>;
  const { metric, rows, champion, challenger, improvement } = paired;
  const { value, low, high, p, better } = improvement;
  const [tone, said] =
    better === true || (better === undefined && low > 0)
      ? (['good', 'better beyond noise'] as const)
      : high < 0
        ? (['bad', 'worse beyond noise'] as const)
        : (['plain', 'no difference beyond noise'] as const);
  return (
    <>
      <p>
        <Mark tone={tone}>{said}</Mark> On the same {figure(rows)} test rows: {words(metric)}{' '}
        {figure(champion)} → <b>{figure(challenger)}</b>, an improvement of {figure(value)} ({figure(low)} to{' '}
        {figure(high)}
        {p !== undefined && `, p ${pValue(p)}`}).
      </p>
    </>
  );
}

function Difference({
  first,
  difference,
}: {
  readonly first: RunRow;
  readonly difference: RunDifference;
}): Markup {
  const { run, changed, figures, paired, unpaired } = difference;
  const metrics = figures.metrics.filter(({ part, verdict }) => part === 'test' && verdict !== 'same');
  const name = run.bundle === null ? run.id.slice(-8) : `${run.bundle.name}@${run.bundle.version}`;
  return (
    <Card title={`${name} against ${nameOf(first)}`}>
      <Paired paired={paired} unpaired={unpaired} />
      <h3>What it was handed otherwise</h3>
      {changed.length === 0 ? (
        <p class="note">Nothing that is on record.</p>
      ) : (
        <ul>
          {changed.map(({ stage, what }) => (
            <li>
              <b>{stage}</b>
              <ul>
                {what.map((each) => (
                  <li>
                    <Long text={each} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
      <h3>What that did, each on its own test part</h3>
      {metrics.length === 0 ? (
        <p class="note">No figure differs.</p>
      ) : (
        <Table
          label={`Figures of ${name} against ${nameOf(first)}`}
          columns={[
            { title: 'figure' },
            { title: 'first', numeric: true },
            { title: 'this', numeric: true },
            { title: 'change', numeric: true },
            { title: '' },
          ]}
          rows={metrics.map((each) => ({
            key: each.name,
            cells: [
              words(each.name),
              figure(each.base),
              figure(each.head),
              figure(each.change),
              each.verdict === 'better' || each.verdict === 'worse' ? (
                <Mark tone={each.verdict === 'better' ? 'good' : 'bad'}>{each.verdict}</Mark>
              ) : (
                each.verdict
              ),
            ],
          }))}
        />
      )}
    </Card>
  );
}

/** What differs between runs, and only that, with both models on the same test rows where there are such. */
export const comparePage: Page<CompareFacts> = {
  path: '/runs/compare',
  title: () => 'Compare runs',
  body: ({ runs, differences }) => {
    const [first] = runs;
    if (first === undefined || runs.length < 2)
      return (
        <Card>
          <Empty command="aieng runs compare <run> <run>">
            Tick two runs or more in the <a href="/runs">list</a> to see what differs between them.
          </Empty>
        </Card>
      );
    return (
      <>
        <Card>
          <Sides runs={runs} />
        </Card>
        {differences.map((difference) => (
          <Difference first={first} difference={difference} />
        ))}
      </>
    );
  },
};
