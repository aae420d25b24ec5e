import { usageError } from '../../errors.ts';
import type { ColumnTally } from '../columnTally.ts';
import type { ColumnDecision } from './decision.ts';
import { shownTime } from './times.ts';

interface Asked {
  readonly name: string;
  readonly shown: string;
  readonly rivals: readonly string[];
}

/**
 * Asks for the order of day and month where no value of a column tells it: a guess would be wrong in silence.
 *
 * @throws usage error `date-order-unclear` with every such column and the flag that decides.
 */
export function askForOrders(
  columns: readonly { readonly tally: ColumnTally; readonly decision: ColumnDecision }[],
): void {
  const asked = columns.flatMap(({ tally, decision }): Asked[] => {
    const { kind, times } = decision;
    return kind === 'time' && times !== null && times.rivals.length > 1
      ? [{ name: tally.name, shown: times.shown, rivals: times.rivals }]
      : [];
  });
  const [first] = asked;
  if (first === undefined) return;
  const said = asked.map(({ name, shown, rivals }) => {
    const readings = rivals.map((pattern) => `${shownTime({ pattern }, shown)} (${pattern})`).join(' or ');
    return `${name}: "${shown}" is ${readings}`;
  });
  const flags = (choice: number): string =>
    asked.map(({ name, rivals }) => `--date-format "${name}=${rivals[choice] ?? rivals[0]!}"`).join(' ');
  throw usageError({
    code: 'date-order-unclear',
    message: `No value tells which number is the day and which the month. ${said.join('; ')}.`,
    hint: `Run \`aieng init\` with ${flags(0)}, or ${first.rivals.length > 2 ? `another order, such as ${flags(1)}` : flags(1)}.`,
  });
}
