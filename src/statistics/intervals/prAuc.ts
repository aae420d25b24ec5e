import { formatCount } from '../figures.ts';
import { normalQuantile } from '../normalQuantile.ts';
import type { Bounds } from './bounds.ts';
import { confidenceTail, nowhere } from './bounds.ts';
import { logitInterval } from './logit.ts';
import { shareInterval } from './share.ts';

/** Fewer positives say too little of a precision-recall curve for any interval that is known to hold. */
const fewestPositives = 10;

/** 95 % interval of an average precision, on the scale of log odds (Boyd, Eng & Page 2013); none below 10 positives. */
export function prAucInterval(value: number, positives: number): Bounds {
  if (positives === 0 || Number.isNaN(value)) return nowhere;
  if (positives < fewestPositives)
    return {
      ...nowhere,
      note: `PR AUC has no interval here: it rests on ${formatCount(positives, 'positive row')}, and ${fewestPositives} are needed for one that holds`,
    };
  if (value >= 1) return shareInterval(positives, positives);
  const error = Math.sqrt((value * (1 - value)) / positives);
  return logitInterval(value, error, normalQuantile(1 - confidenceTail));
}
