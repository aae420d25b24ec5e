import { cellText } from '../cells.ts';
import type { Finding } from '../finding.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, measureOf, measureText, partSaid, scoreText } from './fitness.ts';
import { scoreTogether } from './score.ts';
import type { Target } from './target.ts';

/**
 * From here on a column tells the label whatever the others do. Honest columns of easy problems come near (petal width
 * of irises 0.98, the worst perimeter of a tumour 0.975), and none was seen above.
 */
const certain = { auc: 0.99, r2: 0.98 };
/** From here on it does where all others together stay far behind: */
const strong = { auc: 0.9, r2: 0.9 };
/** what they leave untold is so many times what it leaves. */
const behind = 3;
/** Columns that are fitted together: those that tell most alone. */
const mostTogether = 40;

/** The columns that tell most alone, but for some. */
export const bestOthers = (features: readonly Feature[], out: ReadonlySet<string>): readonly Feature[] =>
  features
    .filter(({ name, score }) => !out.has(name) && !Number.isNaN(score))
    .sort((left, right) => right.score - left.score)
    .slice(0, mostTogether);

/** Distinct texts beyond which a column is read by its words: a score of whole cells knows nothing of these. */
const mostCells = 254;

/** `, words of body not read`: columns of free text, whose words no score of this folder knows. */
export function unreadSaid({ features }: Looked, out: ReadonlySet<string>): string {
  const unread = features.filter(
    ({ name, column, profile }) => column.kind === 'text' && profile.distinct > mostCells && !out.has(name),
  );
  return unread.length === 0 ? '' : `, words of ${unread.map(({ name }) => name).join(', ')} not read`;
}

/** How well the best other columns tell the label together. */
export function othersTogether(
  features: readonly Feature[],
  target: Target,
  out: ReadonlySet<string>,
): number {
  const others = bestOthers(features, out);
  return others.length === 0
    ? chance(target)
    : scoreTogether(
        others.map(({ binned }) => binned),
        target,
      );
}

/** The score of knowing nothing. */
export const chance = (target: Target): number => (target.kind === 'number' ? 0 : 0.5);

/** Is what a score leaves untold a fraction of what the others leave? */
export const farAhead = (score: number, others: number): boolean => (1 - score) * behind <= 1 - others;

function findingOf(looked: Looked, target: Target, feature: Feature, others: number): Finding {
  const { name, column, score } = feature;
  return {
    check: 'leak',
    column: name,
    severity: 'warning',
    message: `${name} alone tells ${looked.label!} (${measureText(target)} ${scoreText(score)}; all other columns together ${scoreText(others)}${unreadSaid(looked, new Set([name]))})${partSaid(looked)}: is it known when you predict?`,
    count: looked.labelled,
    examples: labelledExamples(looked, looked.rows, (row) => `${name} ${cellText(column, row)}`),
    fix: `If ${name} is written down with or after ${looked.label!}, leave it out: ${dropLine(looked.input, name)}`,
    effect: { measure: measureOf(target), value: score },
    line: dropLine(looked.input, name),
  };
}

/**
 * One column tells the label nearly always, or far better than all others together.
 *
 * @param told Columns of which it was said already: no others to compare with.
 */
export function leak(looked: Looked, told: ReadonlySet<string>): LeakFound[] {
  const { target, features } = looked;
  if (target === undefined) return [];
  const measure = measureOf(target);
  const sorted = features
    .filter(({ name, score }) => score >= strong[measure] && !told.has(name))
    .sort((left, right) => right.score - left.score);
  const surely = sorted.filter(({ score }) => score >= certain[measure]).map(({ name }) => name);
  const out = new Set<string>([...told, ...surely]);
  const found: LeakFound[] = [];
  for (const feature of sorted) {
    out.add(feature.name);
    const others = othersTogether(features, target, out);
    if (feature.score >= certain[measure] || farAhead(feature.score, others))
      found.push({ finding: findingOf(looked, target, feature, others), columns: [feature.name] });
    else out.delete(feature.name);
  }
  return found;
}
