import type { Failure } from '../failure.ts';
import { locationText } from '../failure.ts';
import type { Paper } from './layout.ts';
import { printable, wrap } from '../../verbs/view/width.ts';

/** A failure for a terminal: `error: …`, `at file:line:column`, `hint: …`; stack lines where it is our bug. */
export function failureText(failure: Failure, { columns, ink }: Paper): string {
  const labelled = (label: string, tone: 'bad' | 'accent' | 'dim', text: string): string[] =>
    text
      .split('\n')
      .flatMap((line) => wrap(printable(line), columns - 7))
      .map((line, index) => (index === 0 ? `${ink(tone, label.padEnd(6))} ${line}` : `       ${line}`));
  return `${[
    ...labelled('error:', 'bad', failure.message),
    ...failure.trace.map((line) => ink('dim', `       ${printable(line)}`)),
    ...(failure.at === null ? [] : [`${ink('dim', 'at    ')} ${printable(locationText(failure.at))}`]),
    ...labelled('hint:', 'accent', failure.hint),
  ].join('\n')}\n`;
}
