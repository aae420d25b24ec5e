import { cellText } from '../cells.ts';
import type { Feature, LeakFound, Looked } from './fitness.ts';
import { dropLine, labelledExamples, partSaid, scoreText } from './fitness.ts';
import { bestOthers, farAhead, unreadSaid } from './leak.ts';
import { judgedClasses, scoreOfClass, scoreTogetherOfClass } from './score.ts';
import type { Target } from './target.ts';

// A column that tells one class of several and knows nothing of the rest: a reason that only one outcome has. By the
// class that is told worst it is no better than any other.

/** From here on a column tells a class. */
const certain = 0.99;
/** Where the others tell it so well, it is an easy class: setosa among the irises, which every petal tells. */
const easy = 0.95;
/** So many columns that nearly tell it are no leak and its copy, but a class that looks like no other. */
const severalTell = { columns: 3, score: 0.93 };

type Classes = Extract<Target, { kind: 'classes' }>;

/** The class that a column tells best, and how well. */
function bestClass({ binned }: Feature, target: Classes): { readonly one: number; readonly score: number } {
  return judgedClasses(target)
    .map((one) => ({ one, score: scoreOfClass(binned, target, one) }))
    .reduce((best, each) => (each.score > best.score ? each : best), { one: -1, score: 0 });
}

/**
 * One column tells one of several classes nearly always, and the others far less.
 *
 * @param told Columns of which it was said already: no others to compare with.
 */
export function leakOfClass(looked: Looked, told: ReadonlySet<string>): LeakFound[] {
  const { target, features, label, labelled, rows, input } = looked;
  if (target?.kind !== 'classes' || target.names.length < 3 || judgedClasses(target).length < 2) return [];
  const candidates = features
    .filter(({ name, score }) => !told.has(name) && !Number.isNaN(score))
    .map((feature) => ({ feature, ...bestClass(feature, target) }))
    .filter(({ score }) => score >= certain);
  return candidates.flatMap(({ feature: { name, column }, one, score }): LeakFound[] => {
    const telling = features.filter(
      (other) => !Number.isNaN(other.score) && scoreOfClass(other.binned, target, one) >= severalTell.score,
    );
    if (telling.length >= severalTell.columns) return [];
    const alike = candidates.flatMap((each) =>
      each.one === one && each.score >= score ? [each.feature.name] : [],
    );
    const others = bestOthers(features, new Set([...told, ...alike]));
    const together =
      others.length === 0
        ? 0.5
        : scoreTogetherOfClass(
            others.map(({ binned }) => binned),
            target,
            one,
          );
    if (together > easy || !farAhead(score, together)) return [];
    const word = target.names[one]!;
    const finding = {
      check: 'leak',
      column: name,
      severity: 'warning' as const,
      message: `${name} alone tells which ${label!} is ${word} (area under the ROC curve ${scoreText(score)}; all other columns together ${scoreText(together)}${unreadSaid(looked, new Set([name]))})${partSaid(looked)}: is it known when you predict?`,
      count: labelled,
      examples: labelledExamples(looked, rows, (row) => `${name} ${cellText(column, row)}`),
      fix: `If ${name} is written down with or after ${label!}, leave it out: ${dropLine(input, name)}`,
      effect: { measure: 'auc' as const, value: score },
      line: dropLine(input, name),
    };
    return [{ finding, columns: [name] }];
  });
}
