import type { ScheduleState } from '../../scheduling/schedule.ts';
import type { ScheduleResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, Sign, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, paragraph, verbatim } from '../view/blocks.ts';
import { counted } from '../view/format.ts';
import { utcMinute } from '../../utc.ts';

const signs: Readonly<Record<ScheduleState['state'], Sign>> = {
  installed: 'good',
  planned: 'none',
  missing: 'bad',
  unrecorded: 'warn',
};

const stateWords: Readonly<Record<ScheduleState['state'], string>> = {
  installed: 'is on',
  planned: 'would be on',
  missing: 'is not any more on',
  unrecorded: 'has lines but no record on',
};

function lastWords({ lastRun, unfinished }: ScheduleState): string {
  const begun = unfinished === null ? '' : `the one of ${utcMinute(unfinished)} runs, or was killed; `;
  if (lastRun === null) return `${begun}never`;
  const verbs = lastRun.results
    .map(({ verb, exitCode, decision }) => `${verb} ${decision ?? `exit ${exitCode}`}`)
    .join(', ');
  const missed = lastRun.missed === 0 ? '' : `, made up for ${lastRun.missed} missed`;
  return `${begun}${utcMinute(lastRun.startedAt)}: exit ${lastRun.exitCode}, ${verbs}${missed}`;
}

function stateBlocks(state: ScheduleState): readonly Block[] {
  const { id, pipeline, on, expression, timezone, verbs, where, log } = state;
  return [
    headline(
      signs[state.state],
      `${pipeline} ${stateWords[state.state]} ${on}`,
      expression === '' ? undefined : `${expression}  ${timezone}`,
    ),
    facts([
      ['does', verbs.length === 0 ? null : verbs.join(', ')],
      ['next', state.next.length === 0 ? null : state.next.map(({ words }) => words).join(' · ')],
      ['last run', log === null ? null : lastWords(state)],
      ['where', where],
      ['log', log],
      ['id', id],
    ]),
  ];
}

const signed = (text: string | null, sign: '+' | '-'): readonly string[] =>
  text === null || text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${sign} ${line}`);

/** A plan shows every line; what was done is in the file, and a few lines of it are enough. */
const linesShown = 20;

function shownLines(lines: readonly string[], action: ScheduleResult['action']): string {
  const shown = action === 'planned' ? lines : lines.slice(0, linesShown);
  const left = lines.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`  … and ${left} more lines`])].join('\n');
}

const changeBlocks = ({ changes, action }: ScheduleResult): readonly Block[] =>
  changes
    .filter(({ before, after }) => before !== after)
    .flatMap(({ path, before, after }) => [
      paragraph(path, 'strong'),
      verbatim(shownLines([...signed(before, '-'), ...signed(after, '+')], action)),
    ]);

const titles: Readonly<Record<ScheduleResult['action'], readonly [Sign, string]>> = {
  listed: ['none', 'schedules'],
  planned: ['none', 'plan: nothing was touched'],
  installed: ['good', 'installed'],
  changed: ['good', 'changed'],
  unchanged: ['good', 'unchanged: it is there already'],
  removed: ['good', 'removed'],
  'nothing-to-remove': ['none', 'there was nothing to remove'],
};

/** `schedule`: what is on which clock, the lines that change, what a person has to do. */
export const scheduleView: View<Outcome<ScheduleResult>> = {
  blocks: ({ pipeline, result }) => {
    const { action, schedules, commands, words } = result;
    if (action === 'listed' && schedules.length === 0)
      return [
        headline('none', 'nothing is on a clock'),
        next('aieng schedule --every "0 3 * * *" --on cron'),
      ];
    const [sign, title] = titles[action];
    const isTaken = action === 'removed' || changesRemove(result);
    return [
      headline(sign, title, action === 'listed' ? counted(schedules.length, 'schedule') : undefined),
      ...(isTaken ? [] : schedules.flatMap(stateBlocks)),
      ...changeBlocks(result),
      list(
        commands.map((text) => ({ sign: 'none', text })),
        'calls',
      ),
      ...words.map((text) => paragraph(text)),
      action === 'installed' || action === 'changed'
        ? next(command('schedule', '--list'), command('schedule', pipeline, '--remove'))
        : next(),
    ];
  },
  essential: ({ result: { schedules } }) => schedules.map(({ id }) => id),
};

/** A plan that only takes away. */
const changesRemove = ({ action, changes }: ScheduleResult): boolean =>
  action === 'planned' && changes.every(({ after }) => after === null);
