import { Type } from '@sinclair/typebox';
import type { AlertBook } from '../../alerting/alert.ts';
import { dueFor } from '../../alerting/book.ts';
import type { AiengError } from '../../errors.ts';
import { count, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { alertBookNames, readAlertBook } from '../../tracking/alerts/books.ts';
import type { Context } from '../context.ts';
import type { OpenAlerts } from './openAlerts.ts';
import { openAlerts } from './openAlerts.ts';

/** How it stands with the alerts of a pipeline. */
export const alertStandingShape = Type.Object({
  pipeline: text(),
  firing: count('Alerts that go on.'),
  waiting: Type.Array(
    Type.Object({
      receiver: text(),
      alerts: count('That it has still to be told of.'),
      problem: orNull(text(), 'Why it did not take the last message.'),
    }),
    { description: 'Receivers that have not been told all.' },
  ),
});
export type AlertStanding = Shape<typeof alertStandingShape>;

const waitingIn = (
  { section, receivers }: OpenAlerts,
  book: AlertBook,
  now: number,
): AlertStanding['waiting'] =>
  receivers.flatMap(({ name, section: receiver }) => {
    const alerts = dueFor(book, section, receiver, name, now).length;
    return alerts === 0 ? [] : [{ receiver: name, alerts, problem: book.receivers[name]?.problem ?? null }];
  });

/** Every pipeline of which something goes on or waits to be told. */
export async function alertStandings(
  context: Context,
): Promise<{ readonly standings: readonly AlertStanding[]; readonly damaged: readonly AiengError[] }> {
  const standings: AlertStanding[] = [];
  const damaged: AiengError[] = [];
  for (const pipeline of await alertBookNames(context)) {
    const { book, damaged: older } = await readAlertBook(context, pipeline);
    damaged.push(...older);
    const open = await openAlerts(context, pipeline);
    const firing = book.alerts.filter(({ state }) => state === 'firing').length;
    const waiting = open === null ? [] : waitingIn(open, book, context.environment.now());
    if (firing > 0 || waiting.length > 0) standings.push({ pipeline, firing, waiting });
  }
  return { standings, damaged };
}
