import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, measureOf, measureText, partSaid, scoreText } from './fitness.ts';
import type { Target } from './target.ts';

// Names that say that a column is of the outcome: they are asked about from a lower score on. A name alone is no finding.

/** Words of what is known afterwards only. */
const afterwards = new Set(
  `outcome result resolution resolved cancel canceled cancelled cancellation cancelation closed closing ended exit
  terminated termination refund refunded chargeback recovery recoveries recovered settlement settled writeoff duration
  final actual discharge death deceased autopsy delivered returned completed pymnt prncp payout penalty`.split(
    /\s+/,
  ),
);
/** Words of what was before: last year's outcome is known. */
const before = new Set(
  `previous prev prior past last lag lagged former yesterday ago before earlier`.split(/\s+/),
);

/** Payments that came last are of afterwards. */
const payments = new Set(['pymnt', 'payment', 'prncp']);
/** Words that say nothing of whose column it is. */
const general = new Set(
  `class label target value status flag score type code name date time count total mean median number level rate index is has the of`.split(
    ' ',
  ),
);

/** Scores from which the name of a column is worth a question. */
const named = { auc: 0.75, r2: 0.45 };
const sameName = { auc: 0.65, r2: 0.3 };
/** A class whose column shares a word with the label, and tells so much. */
const sameWord = 0.85;

const tokens = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((token) => token !== '');

/** Is every word of the one name a word of the other, longer one? */
function extendsName(name: string, other: string): boolean {
  const [own, others] = [tokens(name), tokens(other)];
  return (
    own.length > others.length && others.join('').length >= 3 && others.every((token) => own.includes(token))
  );
}

function reasonOf(
  { name, column, score }: Feature,
  label: string,
  target: Target,
  leaks: ReadonlySet<string>,
): string | undefined {
  const words = tokens(name);
  const paid = words.some((word) => payments.has(word));
  if (!paid && words.some((word) => before.has(word))) return undefined;
  const measure = measureOf(target);
  const leaking = [...leaks].find((leak) => extendsName(name, leak));
  if (leaking !== undefined && (column.kind === 'time' || score >= sameName[measure]))
    return `it is named after ${leaking}, which tells ${label}`;
  if (extendsName(name, label) && score >= sameName[measure]) return `it is named after ${label}`;
  const shared = tokens(label).find(
    (token) => token.length > 3 && !general.has(token) && words.includes(token),
  );
  if (shared !== undefined && target.kind === 'classes' && score >= sameWord)
    return `it has the word "${shared}" of ${label} in its name`;
  const word = words.find((each) => afterwards.has(each));
  return word !== undefined && score >= named[measure]
    ? `its name ("${word}") is of what is known afterwards`
    : undefined;
}

/**
 * Columns whose name says that they are of the outcome, and which do tell something of it.
 *
 * @param leaks Columns that were found to tell the label: what is named after them is asked about, too.
 */
export function leakByName(looked: Looked, leaks: ReadonlySet<string>): LeakFound[] {
  const { target, features, label, input } = looked;
  if (target === undefined || label === undefined) return [];
  return features.flatMap((feature): LeakFound[] => {
    if (leaks.has(feature.name)) return [];
    const reason = reasonOf(feature, label, target, leaks);
    if (reason === undefined) return [];
    const { name, column, score } = feature;
    const finding: Finding = {
      check: 'leak-by-name',
      column: name,
      severity: 'warning',
      message: `${name} may be known only after ${label}: ${reason} (${measureText(target)} ${scoreText(score)})${partSaid(looked)}.`,
      count: looked.labelled,
      examples: labelledExamples(looked, looked.rows, (row) => `${name} ${cellText(column, row)}`),
      fix: `If ${name} is not known when you predict, leave it out: ${dropLine(input, name)}`,
      effect: { measure: measureOf(target), value: score },
      line: dropLine(input, name),
    };
    return [{ finding, columns: [name] }];
  });
}
