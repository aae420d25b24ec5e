import { formatCount, formatList, formatNumber } from '../statistics/figures.ts';
import type { Gate, Judged } from './evaluation.ts';
import type { Fairness, FairnessGap, FairnessMeasure } from './fairnessShape.ts';

type FairnessGate = Gate & { readonly kind: 'fairness' };

const words: Readonly<Record<FairnessMeasure, string>> = {
  selection_rate: 'the share that is answered with the positive class',
  equal_opportunity: 'the share of the positives that is found',
  equalised_odds: 'the rate of true or of false positives',
};

/** More rows than so many times those that are there are no advice. */
const mostTimes = 100;
const namesShown = 3;

/** What one column says of the gate, as it counts against it. */
interface Said {
  readonly outcome: 'passed' | 'undecided' | 'failed';
  readonly value: number | null;
  readonly because: string;
}

/** How many more rows of the smaller group would part the gap from what is allowed; nothing where none would. */
function moreRows({ difference, fewest }: FairnessGap, atMost: number): string {
  if (difference === null || fewest === null) return '';
  const reach =
    difference.value > atMost ? difference.value - difference.low : difference.high - difference.value;
  const times = (reach / Math.abs(difference.value - atMost)) ** 2;
  if (!(times <= mostTimes)) return '';
  const needed = Math.max(1, Math.ceil(fewest * (times - 1)));
  return `; about ${formatCount(needed, 'more such row')} of the smaller group would settle it`;
}

function sayOf({ column, minRows, gaps }: Fairness, { measure, atMost }: FairnessGate): Said {
  const gap = gaps.find((each) => each.measure === measure);
  const { difference = null, tooSmall = [] } = gap ?? {};
  const small =
    tooSmall.length === 0
      ? ''
      : `; not judged for want of ${minRows} rows: ${formatList(tooSmall, namesShown)}`;
  if (gap === undefined || difference === null)
    return {
      outcome: 'undecided',
      value: null,
      because: `${column}: groups are too small to be compared in ${words[measure]}${small}`,
    };
  const { value, low, high } = difference;
  const figures = `${column}: ${words[measure]} differs by ${formatNumber(value)} (95 % interval ${formatNumber(low)} to ${formatNumber(high)}) between ${gap.most ?? ''} and ${gap.least ?? ''}, at most ${formatNumber(atMost)} is asked for`;
  if (high <= atMost) return { outcome: 'passed', value, because: `${figures}${small}` };
  if (low > atMost) return { outcome: 'failed', value, because: `${figures}${small}` };
  return { outcome: 'undecided', value, because: `${figures}${moreRows(gap, atMost)}${small}` };
}

const severity = { passed: 0, undecided: 1, failed: 2 } as const;

/**
 * A gate on the gaps between groups, of one declared column or of all: passed where the interval of the gap lies within what
 * is allowed, failed where it lies beyond, and otherwise undecided, which fails unless the gate says `undecided: pass`.
 */
export function judgeFairnessGate(gate: FairnessGate, fairness: readonly Fairness[]): Judged {
  const name = `fairness:${gate.measure}`;
  const judged = fairness.filter(({ column }) => gate.column === null || column === gate.column);
  const [first, ...others] = judged.map((each) => sayOf(each, gate));
  if (first === undefined) {
    const because = 'no declared column has groups on these rows';
    return {
      result: { name, state: 'failed', value: null, threshold: gate.atMost, because },
      complaint: `Fairness cannot be judged: ${because}.`,
    };
  }
  const worst = others.reduce((hardest, each) => {
    const harder = severity[each.outcome] - severity[hardest.outcome];
    return harder > 0 || (harder === 0 && (each.value ?? 0) > (hardest.value ?? 0)) ? each : hardest;
  }, first);
  const accepted = worst.outcome === 'undecided' && gate.undecided === 'pass';
  const state = worst.outcome === 'passed' || accepted ? 'passed' : 'failed';
  const because = accepted ? `undecided, and accepted by "undecided: pass": ${worst.because}` : worst.because;
  const complaint =
    worst.outcome === 'undecided'
      ? `Whether groups are treated alike cannot be decided: ${worst.because}. To accept that on purpose, write "undecided: pass" into this gate.`
      : `Groups are not treated alike: ${worst.because}.`;
  return { result: { name, state, value: worst.value, threshold: gate.atMost, because }, complaint };
}
