import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, measureOf, measureText, partSaid, scoreText } from './fitness.ts';
import { binColumn, binNumbers, valuesAt } from './bins.ts';
import { pureClass } from './leakWhenFilled.ts';
import { scoreOf } from './score.ts';
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
/** A column that is left out already was of the outcome, where it told so much. */
const outcome = { auc: 0.9, r2: 0.9 };
/** Words of a category that are looked at one by one. */
const mostWords = 30;
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

/** How much a column tells, and what it is that tells it, where that is not the cell itself. */
interface Evidence {
  readonly score: number;
  readonly said: string;
  /** Does one word stand in rows of one class only? */
  readonly word?: true;
}

/** Does one word of a category stand in rows of one class only? */
function tellingWord({ column }: Feature, { rows }: Looked, target: Target): string | undefined {
  if (target.kind !== 'classes' || column.kind !== 'category' || column.dictionary.length > mostWords)
    return undefined;
  return column.dictionary.find(
    (_, code) => pureClass(rows, target, (row) => column.codes[row] === code) !== undefined,
  );
}

/** What a column of the outcome tells: by its cells, by one of its words, or, of a time, by how long after another time it is. */
function evidenceOf(feature: Feature, looked: Looked, target: Target): Evidence {
  const { column, name, score, binned } = feature;
  const measured = (value: number): string => `${measureText(target)} ${scoreText(value)}`;
  let best: Evidence = { score, said: measured(score) };
  if (column.kind === 'time') {
    const values = valuesAt(column.values, looked.rows);
    for (const other of looked.features) {
      if (other.column.kind !== 'time' || other.name === name) continue;
      const since = valuesAt(other.column.values, looked.rows).map((value, at) => values[at]! - value);
      const apart = scoreOf(binNumbers(since), target);
      if (apart > best.score)
        best = { score: apart, said: `as the time since ${other.name}: ${measured(apart)}` };
    }
  }
  const word =
    binned.count > 2 && best.score < named[measureOf(target)]
      ? tellingWord(feature, looked, target)
      : undefined;
  return word === undefined
    ? best
    : { ...best, word: true, said: `rows with ${JSON.stringify(word)} are of one class; ${best.said}` };
}

/** Columns that the pipeline leaves out, which tell the label: what is named after them is asked about all the same. */
function leftOutLeaks({ input, rows, features }: Looked, target: Target): string[] {
  return input.drop.filter((name) => {
    const column = input.table.columns.get(name);
    return (
      column !== undefined &&
      features.some((feature) => extendsName(feature.name, name)) &&
      scoreOf(binColumn(column, rows), target) >= outcome[measureOf(target)]
    );
  });
}

function reasonOf(
  feature: Feature,
  looked: Looked,
  label: string,
  target: Target,
  leaks: Iterable<string>,
): { readonly reason: string; readonly evidence: Evidence } | undefined {
  const { name, column, score } = feature;
  const own = { score, said: `${measureText(target)} ${scoreText(score)}` };
  const words = tokens(name);
  const paid = words.some((word) => payments.has(word));
  if (!paid && words.some((word) => before.has(word))) return undefined;
  const measure = measureOf(target);
  const leaking = [...leaks].find((leak) => extendsName(name, leak));
  if (leaking !== undefined && (column.kind === 'time' || score >= sameName[measure]))
    return { reason: `it is named after ${leaking}, which tells ${label}`, evidence: own };
  if (extendsName(name, label) && score >= sameName[measure])
    return { reason: `it is named after ${label}`, evidence: own };
  const shared = tokens(label).find(
    (token) => token.length > 3 && !general.has(token) && words.includes(token),
  );
  if (shared !== undefined && target.kind === 'classes' && score >= sameWord)
    return { reason: `it has the word "${shared}" of ${label} in its name`, evidence: own };
  const word = words.find((each) => afterwards.has(each));
  if (word === undefined) return undefined;
  const evidence = evidenceOf(feature, looked, target);
  return evidence.word === true || evidence.score >= named[measure]
    ? { reason: `its name ("${word}") is of what is known afterwards`, evidence }
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
  const known = [...leaks, ...leftOutLeaks(looked, target)];
  return features.flatMap((feature): LeakFound[] => {
    if (leaks.has(feature.name)) return [];
    const found = reasonOf(feature, looked, label, target, known);
    if (found === undefined) return [];
    const { reason, evidence } = found;
    const { name, column } = feature;
    const finding: Finding = {
      check: 'leak-by-name',
      column: name,
      severity: 'warning',
      message: `${name} may be known only after ${label}: ${reason} (${evidence.said})${partSaid(looked)}.`,
      count: looked.labelled,
      examples: labelledExamples(looked, looked.rows, (row) => `${name} ${cellText(column, row)}`),
      fix: `If ${name} is not known when you predict, leave it out: ${dropLine(input, name)}`,
      effect: { measure: measureOf(target), value: evidence.score },
      line: dropLine(input, name),
    };
    return [{ finding, columns: [name] }];
  });
}
