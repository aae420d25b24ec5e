import { predictedClasses, scoreColumn } from './metric.ts';
import { ascending, rankPositives } from './ranking.ts';
import type { Metric, ScoredRows } from './metric.ts';

/** Bins of equal mass: every bin holds about the same number of rows. */
export const calibrationBins = 10;

/**
 * What calibration is about: a confidence per row and whether it came true. Binary: probability of the positive
 * class; multi-class: of the most probable class.
 */
export function confidences(scored: ScoredRows): { confidence: Float64Array; cameTrue: Uint8Array } {
  const rows = scored.target.length;
  const cameTrue = new Uint8Array(rows);
  if (scored.positive >= 0) {
    for (let i = 0; i < rows; i += 1) cameTrue[i] = scored.target[i] === scored.positive ? 1 : 0;
    return { confidence: scoreColumn(scored, scored.positive), cameTrue };
  }
  const top = predictedClasses(scored);
  const confidence = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    confidence[i] = scored.scores[i * scored.outputs + top[i]!]!;
    cameTrue[i] = scored.target[i] === top[i] ? 1 : 0;
  }
  return { confidence, cameTrue };
}

/** One bin of a reliability diagram. */
export interface CalibrationBin {
  readonly predicted: number;
  readonly observed: number;
  readonly rows: number;
}

/**
 * Reliability diagram in bins of equal mass. Equal confidences stay in one bin, so that the answer does not depend
 * on the order of the rows.
 */
export function calibrationCurve(scored: ScoredRows): (counts: Int32Array) => CalibrationBin[] {
  const { confidence, cameTrue } = confidences(scored);
  const order = (scored.positive >= 0 ? rankPositives(scored)?.order : undefined) ?? ascending(confidence);
  const n = order.length;
  const sorted = Float64Array.from(order, (row) => confidence[row]!);
  const came = Uint8Array.from(order, (row) => cameTrue[row]!);
  return (counts) => {
    let total = 0;
    for (let i = 0; i < n; i += 1) total += counts[i]!;
    const bins: CalibrationBin[] = [];
    let seen = 0;
    let rows = 0;
    let predicted = 0;
    let observed = 0;
    for (let i = 0; i < n; i += 1) {
      const count = counts[order[i]!]!;
      rows += count;
      predicted += count * sorted[i]!;
      observed += count * came[i]!;
      const full = seen + rows >= (total * (bins.length + 1)) / calibrationBins;
      const ends = i === n - 1 || (full && sorted[i] !== sorted[i + 1]);
      if (!ends || rows === 0) continue;
      bins.push({ predicted: predicted / rows, observed: observed / rows, rows });
      seen += rows;
      rows = 0;
      predicted = 0;
      observed = 0;
    }
    return bins;
  };
}

/**
 * Expected calibration error: mean |mean predicted − share observed| over bins of equal mass (Nguyen & O'Connor
 * 2015), weighted by rows.
 */
export const calibrationError: Metric = {
  name: 'calibration_error',
  label: 'calibration error',
  tasks: ['binary', 'multiclass'],
  higherIsBetter: false,
  range: [0, 1],
  prepare: (scored) => {
    const curve = calibrationCurve(scored);
    return (counts) => {
      let sum = 0;
      let rows = 0;
      for (const bin of curve(counts)) {
        sum += bin.rows * Math.abs(bin.predicted - bin.observed);
        rows += bin.rows;
      }
      return sum / rows;
    };
  },
};
