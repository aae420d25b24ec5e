import { predictedClasses, scoreColumn } from './metric.ts';
import type { Metric, ScoredRows } from './metric.ts';
import { ascending } from './ranking.ts';

/** Places of values among themselves, equal ones sharing the mean of theirs; NaN stays. */
function midRanks(values: Float64Array): Float64Array {
  const order = ascending(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let end = from + 1;
    while (end < order.length && values[order[end]!] === values[order[from]!]) end += 1;
    for (let i = from; i < end; i += 1) ranks[order[i]!] = (from + end - 1) / 2;
    from = end;
  }
  return ranks.map((rank, row) => (Number.isNaN(values[row]) ? Number.NaN : rank));
}

function ranked(scored: ScoredRows): Float64Array {
  const { outputs, target } = scored;
  const scores = new Float64Array(target.length * outputs);
  for (let output = 0; output < outputs; output += 1)
    midRanks(scoreColumn(scored, output)).forEach((rank, row) => (scores[row * outputs + output] = rank));
  return scores;
}

function decided(scored: ScoredRows): Float64Array {
  const scores = new Float64Array(scored.target.length * scored.outputs);
  predictedClasses(scored).forEach((code, row) => (scores[row * scored.outputs + code] = 1));
  return scores;
}

/** Scores as far as the metric looks at them: two models' may then stand in each other's place. */
function asRead({ reads }: Metric, scored: ScoredRows): Float64Array {
  if (reads === 'order') return ranked(scored);
  return reads === 'classes' ? decided(scored) : scored.scores;
}

/** Two models' answers to the same rows, one below the other: each row stands there twice. */
export function stackAnswers(metric: Metric, first: ScoredRows, second: ScoredRows): ScoredRows {
  const [above, below] = [asRead(metric, first), asRead(metric, second)];
  const scores = new Float64Array(above.length + below.length);
  scores.set(above);
  scores.set(below, above.length);
  const target = new Float64Array(2 * first.target.length);
  target.set(first.target);
  target.set(second.target, first.target.length);
  // A class that is decided is not weighed by its cost once more.
  const { costs: _, ...plain } = first;
  return { ...plain, scores, target, threshold: metric.reads === 'classes' ? 0.5 : first.threshold };
}
