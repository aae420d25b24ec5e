import { figure } from '../../../reporting/figures.ts';
import { formatPercent } from '../../../statistics/figures.ts';
import { AskForm } from '../../components/forms.tsx';
import { Card, Figures } from '../../components/pieces.tsx';
import { Table } from '../../components/table.tsx';
import type { Markup } from '../../markup.ts';

/** What becomes of the test rows at a threshold. */
export interface ThresholdFacts {
  readonly run: string;
  readonly positive: string;
  readonly negative: string;
  /** Asked for, and the one that the model has. */
  readonly threshold: number;
  readonly own: number | null;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Counts of answers against the truth, at a threshold on the probability of the positive class. */
export function countAt(
  scores: readonly number[],
  target: readonly number[],
  threshold: number,
  positive: number,
): Pick<ThresholdFacts, 'truePositives' | 'falsePositives' | 'falseNegatives' | 'trueNegatives'> {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const [row, score] of scores.entries()) {
    const said = score >= threshold;
    const is = target[row] === positive;
    if (said) counts[is ? 'truePositives' : 'falsePositives'] += 1;
    else counts[is ? 'falseNegatives' : 'trueNegatives'] += 1;
  }
  return counts;
}

const share = (part: number, whole: number): string => (whole === 0 ? '–' : formatPercent(part / whole));

/** From which probability on is it said? What each answer costs in mistakes. */
export function ThresholdExplorer({ facts }: { readonly facts: ThresholdFacts }): Markup {
  const { run, positive, negative, threshold, own } = facts;
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = facts;
  const said = truePositives + falsePositives;
  const are = truePositives + falseNegatives;
  const rows = said + falseNegatives + trueNegatives;
  const f1 = 2 * truePositives + falsePositives + falseNegatives;
  return (
    <Card title="What if it said so earlier, or later?">
      <AskForm path={`/runs/${run}`}>
        <label class="slider">
          <span>
            It says {positive} from a probability of …{own !== null && ` (the model’s own: ${figure(own)})`}
          </span>
          <input type="range" name="threshold" min="0" max="1" step="0.01" value={String(threshold)} />
        </label>
      </AskForm>
      <div id="threshold" data-answer>
        <Figures
          of={[
            ['from', figure(threshold)],
            [`said ${positive}`, share(said, rows)],
            ['right when it says so', share(truePositives, said)],
            ['found of all', share(truePositives, are)],
            ['false alarms', share(falsePositives, falsePositives + trueNegatives)],
            ['F1', f1 === 0 ? '–' : figure((2 * truePositives) / f1)],
          ]}
        />
        <Table
          label="Answers against the truth"
          columns={[
            { title: 'in truth' },
            { title: `said ${positive}`, numeric: true },
            { title: `said ${negative}`, numeric: true },
          ]}
          rows={[
            { key: 'positive', cells: [positive, figure(truePositives), figure(falseNegatives)] },
            { key: 'negative', cells: [negative, figure(falsePositives), figure(trueNegatives)] },
          ]}
        />
      </div>
    </Card>
  );
}
