import type { Evaluation, SliceResult } from '../../../evaluation/evaluation.ts';
import { figure, words } from '../../../reporting/figures.ts';
import { AskForm, Choice } from '../../components/forms.tsx';
import { Card, Empty, Long, Mark } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';

/** How slices are asked for. */
export interface SlicesAsked {
  readonly text: string;
  readonly metric: string;
  readonly worse: boolean;
  readonly by: 'figure' | 'rows' | 'name';
}

const shown = 100;

/** What was asked for, out of an address. */
export const slicesAsked = (query: URLSearchParams, { metric, metrics }: Evaluation): SlicesAsked => {
  const asked = query.get('metric') ?? '';
  const by = query.get('by');
  return {
    text: (query.get('slice') ?? '').slice(0, 200),
    metric: Object.hasOwn(metrics, asked) ? asked : metric,
    worse: query.get('worse') === '1',
    by: by === 'rows' || by === 'name' ? by : 'figure',
  };
};

/** Slices that fit, as they were asked for: the worst first where they go by a figure. */
export function sliced(
  slices: readonly SliceResult[],
  { text, metric, worse, by }: SlicesAsked,
  higherIsBetter: boolean,
): readonly SliceResult[] {
  const worst = ({ metrics }: SliceResult): number => {
    const value = metrics[metric];
    if (value === undefined || !Number.isFinite(value)) return Infinity;
    return higherIsBetter ? value : -value;
  };
  const order = {
    figure: (left: SliceResult, right: SliceResult) => worst(left) - worst(right),
    rows: (left: SliceResult, right: SliceResult) => right.rows - left.rows,
    name: (left: SliceResult, right: SliceResult) => (left.slice < right.slice ? -1 : 1),
  }[by];
  return slices
    .filter((each) => (!worse || each.worse) && each.slice.toLowerCase().includes(text.toLowerCase()))
    .toSorted(order);
}

interface SliceExplorerProps {
  readonly run: string;
  readonly evaluation: Evaluation;
  readonly asked: SlicesAsked;
  readonly higherIsBetter: boolean;
}

/** How the model does on parts of the test rows, by any of its metrics. */
export function SliceExplorer({ run, evaluation, asked, higherIsBetter }: SliceExplorerProps): Markup | null {
  const { slices, metrics, metric } = evaluation;
  if (slices.length === 0) return null;
  const fitting = sliced(slices, asked, higherIsBetter);
  return (
    <Card title="How it does on parts of the rows">
      <AskForm path={`/runs/${run}`}>
        <label>
          <span>Slice</span>
          <input type="search" name="slice" value={asked.text} placeholder="column or value" />
        </label>
        <Choice
          name="metric"
          label="Figure"
          chosen={asked.metric}
          of={Object.keys(metrics).map((name) => [name, words(name)] as const)}
        />
        <Choice
          name="by"
          label="Order"
          chosen={asked.by}
          of={[
            ['figure', 'worst first'],
            ['rows', 'largest first'],
            ['name', 'by name'],
          ]}
        />
        <label class="tick">
          <input type="checkbox" name="worse" value="1" checked={asked.worse} /> worse beyond noise only
        </label>
      </AskForm>
      <div id="slices" data-answer>
        {fitting.length === 0 ? (
          <Empty>No slice fits.</Empty>
        ) : (
          <Table
            label="Slices"
            columns={[
              { title: 'slice' },
              { title: '' },
              { title: 'rows', numeric: true },
              { title: words(asked.metric), numeric: true },
              ...(asked.metric === metric ? [{ title: '95 % interval', numeric: true }] : []),
            ]}
            rows={fitting.slice(0, shown).map(({ slice, worse, rows, metrics: own, interval }) => ({
              key: slice,
              cells: [
                <Long text={slice} most={80} />,
                worse ? <Mark tone="bad">worse</Mark> : '',
                figure(rows),
                figure(own[asked.metric]),
                ...(asked.metric === metric
                  ? [interval === undefined ? '–' : `${figure(interval.low)} to ${figure(interval.high)}`]
                  : []),
              ],
            }))}
          />
        )}
        <p class="note">
          On all {figure(evaluation.rows)} test rows: {words(asked.metric)} {figure(metrics[asked.metric])}.{' '}
          {fitting.length > shown && `${figure(fitting.length - shown)} more slices fit.`}
        </p>
      </div>
    </Card>
  );
}
