import type { Evaluation } from '../evaluation/evaluation.ts';
import { drawCurve } from './charts/curve.ts';
import { figure } from './figures.ts';
import type { Html } from './html.ts';
import { charts, section, table } from './page.ts';

/** The loss by how many rows were learnt from, and what more of them would do. */
export function moreRowsSection({ learningCurve: curve }: Evaluation): Html | false {
  if (curve === undefined) return false;
  const { points, loss, rows, because, family } = curve;
  return section(
    'Would more rows help?',
    charts(
      [
        {
          title: `${loss} by training rows`,
          chart: drawCurve(
            points.map((point) => ({ x: point.rows, y: point.value })),
            { xTitle: 'training rows', yTitle: loss, points: true, across: 1 },
            `${loss} on the test rows by the number of training rows`,
          ),
          caption: `${family} fitted on a quarter, a half and all of the training part; each judged on the same ${figure(rows)} test rows.`,
        },
      ],
      1,
    ),
    because,
  );
}

/** Which numbers go with the label and with one another. */
export function correlationsSection({ correlations }: Evaluation): Html | false {
  if (correlations === undefined) return false;
  const { label, pairs, rows, columns, left } = correlations;
  if (label.length + pairs.length === 0) return false;
  const value = { title: 'rank correlation', numeric: true };
  return section(
    'Which numbers go together',
    label.length > 0 &&
      table(
        [{ title: 'with the label' }, value],
        label.map((each) => [each.column, figure(each.value)]),
      ),
    pairs.length > 0 &&
      table(
        [{ title: 'with one another' }, { title: '' }, value],
        pairs.map((each) => [...each.columns, figure(each.value)]),
      ),
    `Spearman's, over ${figure(rows)} training rows and ${figure(columns)} columns of numbers${left === 0 ? '' : `; ${figure(left)} more were not looked at`}. Weaker than 0.1 is not told.`,
  );
}
