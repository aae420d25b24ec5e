// `npm run long -- retraining [streams] [words] [weighed]`: what the loop of retraining costs and gains on streams whose truth is known.
// 60 days of 500 rows, 2,000 rows to begin with; a logistic model stands in for the family, everything that decides is the
// code of src/retraining. Regret: what the served model loses above the best that is possible, summed over the days.
// `weighed`: beside it the loop with the rows of `half-life` weighed instead of drawn.
import { createRandom } from '../src/random.ts';
import { follow } from './retrainingCourse.ts';
import type { Course, Policy } from './retrainingCourse.ts';
import { days, worlds } from './retrainingWorlds.ts';

const streams = Number(process.argv[2] ?? 8);
const only = process.argv[3] ?? '';
const policies: readonly Policy[] = [
  'never',
  'before',
  'now',
  ...(process.argv[4] === 'weighed' ? (['weighed'] as const) : []),
];

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const rounded = (value: number): string => value.toFixed(value < 1 ? 3 : 1);
const failures: string[] = [];

/** The greatest share of the regret of never retraining that is asked for, by world, with room for the noise of few streams. */
const asked: Readonly<Record<string, number>> = {
  'flip on day 10': 0.11,
  'flip on day 10, labels 3 days late': 0.18,
  'flip on day 10, labels 10 days late': 0.33,
  slow: 0.13,
  'slow, labels 3 days late': 0.2,
  'slow, labels 10 days late': 0.35,
  'seasons of 15 days': 0.5,
  'no shift': 1,
};

console.log('world | policy | regret | last ten days, a day | trainings | promotions | alarmed days');
let untouched = 0;
for (const world of worlds.filter(({ name }) => name.includes(only)))
  for (const policy of policies) {
    const courses = Array.from({ length: streams }, (_, k) =>
      follow(world, policy, createRandom(`retraining/${world.name}/${k}`)),
    );
    const of = (pick: (course: Course) => number): number => mean(courses.map(pick));
    const regret = of((course) => course.regret);
    console.log(
      [
        world.name,
        policy,
        rounded(regret),
        rounded(of((course) => course.last)),
        of((course) => course.trainings).toFixed(1),
        of((course) => course.promotions).toFixed(1),
        of((course) => course.alarmedDays).toFixed(1),
      ].join(' | '),
    );
    if (policy === 'never') untouched = regret;
    if (policy !== 'now') continue;
    const limit = (asked[world.name] ?? Infinity) * untouched;
    if (regret > limit)
      failures.push(`${world.name}: regret ${rounded(regret)}, at most ${rounded(limit)} is asked`);
    if (world.name === 'flip on day 5') {
      const day12 = of((course) => course.ratio[12]!);
      console.log(`  on day 12 it loses ${day12.toFixed(3)} × the best that is possible`);
      if (day12 > 1.1) failures.push(`flip on day 5: ${day12.toFixed(3)} × the best on day 12`);
    }
    const weekly = of((course) => course.trainings) / (days / 7);
    if (world.name.includes('harmless') && weekly > 1)
      failures.push(`harmless shift: ${weekly.toFixed(2)} trainings a week`);
  }
for (const failure of failures) console.log(`✖ ${failure}`);
console.log(
  failures.length === 0
    ? `the loop keeps to what is asked in all worlds, ${streams} streams each`
    : `${failures.length} of the worlds are worse than asked`,
);
if (failures.length > 0) process.exitCode = 1;
