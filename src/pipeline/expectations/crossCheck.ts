import { FormulaError, parseCondition } from '../../formula/parse.ts';
import type { Problem } from '../problems.ts';
import { dotted } from '../problems.ts';
import type { WrittenBounds, WrittenCheck } from './written.ts';
import { boundKeys, figureKeys } from './written.ts';

type Say = (pointer: string, message: string, hint: string, on?: Problem['on']) => Problem;

const say: Say = (pointer, message, hint, on = 'value') => ({
  pointer,
  on,
  message: `${dotted(pointer)}: ${message}`,
  hint,
});

const subjects = ['column', 'columns', 'rows', 'that', 'code'] as const;
/** What is expected of single rows: only there a share of them makes sense. */
const ofRows: readonly string[] = [
  'present',
  'type',
  'unique',
  'in',
  'not_in',
  ...boundKeys,
  'matches',
  'length',
  'increasing',
];
const ofSnapshot: readonly string[] = ['fresher_than', ...figureKeys, 'distance'];

/** Keys that may stand beside each subject. */
const goesWith: Readonly<Record<(typeof subjects)[number], readonly string[]>> = {
  column: [...ofRows, ...ofSnapshot, 'mostly'],
  columns: ['unique', 'mostly'],
  rows: [],
  that: ['tolerance', 'mostly'],
  // Which severity its checks have, and why they matter, stands in the code.
  code: [],
};
const everywhere: readonly string[] = ['severity', 'because'];

function checkBounds(at: string, bounds: WrittenBounds): Problem[] {
  const written = boundKeys.filter((name) => bounds[name] !== undefined);
  if (written.length === 0)
    return [say(at, `expected a bound: ${boundKeys.join(', ')}`, 'Write for example "at_least: 0".')];
  if (bounds.between !== undefined && written.length > 1)
    return [say(at, 'between says both ends already', `Take ${written.slice(1).join(', ')} out.`)];
  const low = bounds.between?.[0] ?? bounds.at_least ?? bounds.above;
  const high = bounds.between?.[1] ?? bounds.at_most ?? bounds.below;
  if (low !== undefined && high !== undefined && typeof low === typeof high && low > high)
    return [say(at, `${low} is above ${high}`, 'Swap them.')];
  return [];
}

/** Bounds that stand under a key of their own, and those of the entry itself. */
function checkAllBounds(check: WrittenCheck, at: string): Problem[] {
  const own = boundKeys.some((name) => check[name] !== undefined) ? checkBounds(at, check) : [];
  const numbersOnly = (pointer: string, bounds: WrittenBounds): Problem[] =>
    boundKeys.flatMap((name) =>
      [bounds[name]].flat().some((bound) => typeof bound === 'string')
        ? [say(`${pointer}/${name}`, 'expected a number', 'Write a number.')]
        : [],
    );
  const nested = (['rows', 'length', ...figureKeys] as const).flatMap((name) => {
    const bounds = check[name];
    if (bounds === undefined) return [];
    const pointer = `${at}/${name}`;
    return [...checkBounds(pointer, bounds), ...numbersOnly(pointer, bounds)];
  });
  const quantile =
    check.quantile !== undefined && check.quantile.at === undefined
      ? [say(`${at}/quantile`, 'which quantile is not said', 'Add for example "at: 0.95".')]
      : [];
  return [...own, ...nested, ...quantile];
}

function checkShape(check: WrittenCheck, at: string): Problem[] {
  const [subject, another] = subjects.filter((name) => check[name] !== undefined);
  if (subject === undefined)
    return [
      say(
        at,
        'expected one of column, columns, rows, that and code',
        'Write for example "column: age" before what is expected of it.',
      ),
    ];
  if (another !== undefined)
    return [
      say(
        `${at}/${another}`,
        `a check is about one thing, and ${subject} is there`,
        'Make two checks of it.',
      ),
    ];
  const written = Object.entries(check).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const strange = written.filter(
    (name) => name !== subject && !everywhere.includes(name) && !goesWith[subject].includes(name),
  );
  const problems = strange.map((name) =>
    say(
      `${at}/${name}`,
      `it does not go with ${subject}`,
      goesWith[subject].length === 0
        ? 'Take it out.'
        : `With ${subject} go ${goesWith[subject].slice(0, 20).join(', ')}.`,
      'key',
    ),
  );
  const expected = written.filter((name) => [...ofRows, ...ofSnapshot].includes(name));
  if ((subject === 'column' || subject === 'columns') && expected.length === 0 && strange.length === 0)
    return [say(at, 'nothing is expected of it', `Add one of ${goesWith[subject].slice(0, 20).join(', ')}.`)];
  const whole = expected.filter((name) => ofSnapshot.includes(name));
  if (check.mostly !== undefined && whole[0] !== undefined)
    problems.push(
      say(
        `${at}/mostly`,
        `it is a share of rows, and ${whole[0]} is of the whole snapshot`,
        'Make two checks of it, or take it out.',
      ),
    );
  return problems;
}

function checkDetails(
  check: WrittenCheck,
  at: string,
  time: string | null,
  patternProblem: (pattern: string) => string | undefined,
): Problem[] {
  const problems = checkAllBounds(check, at);
  const { matches, fresher_than: within, increasing, that } = check;
  const wrong = matches === undefined ? undefined : patternProblem(matches);
  if (wrong !== undefined)
    problems.push(
      say(
        `${at}/matches`,
        `no regular expression in RE2 syntax: ${wrong}`,
        'Correct it; look-around and back references do not exist there.',
      ),
    );
  if (within !== undefined && !/^[1-9][0-9]{0,4}[mhdw]$/.test(within))
    problems.push(
      say(
        `${at}/fresher_than`,
        `expected a duration, got ${JSON.stringify(within.slice(0, 40))}`,
        'Write a number with m, h, d or w: 7d.',
      ),
    );
  if (increasing === false)
    problems.push(say(`${at}/increasing`, 'false expects nothing', 'Take it out.', 'key'));
  const by = typeof increasing === 'object' ? increasing.by : undefined;
  if (increasing !== undefined && increasing !== false && by === undefined && time === null)
    problems.push(
      say(
        `${at}/increasing`,
        'in which order is not said: the order of a file means nothing once its rows are a snapshot',
        'Write "increasing: {by: <column of times>}", or name the time of the pipeline.',
      ),
    );
  if (that !== undefined)
    try {
      parseCondition(that);
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      problems.push(
        say(
          `${at}/that`,
          `no comparison of columns: ${error.message}`,
          "Write for example start <= end, net + tax == total or state == 'paid'.",
        ),
      );
    }
  return problems;
}

/** What of `checks` makes no sense, before the columns are known. */
export function crossCheckExpectations(
  checks: readonly WrittenCheck[],
  time: string | null,
  patternProblem: (pattern: string) => string | undefined,
): Problem[] {
  return checks.flatMap((check, item) => {
    const at = `/checks/${item}`;
    const shape = checkShape(check, at);
    return shape.length > 0 ? shape : checkDetails(check, at, time, patternProblem);
  });
}
