import type { Work } from '../../work.ts';
import type { Finding } from '../finding.ts';
import type { LeakFound, Looked } from './fitness.ts';
import { leakByName } from './leakByName.ts';
import { leakDerived } from './leakDerived.ts';
import { leakPair } from './leakPair.ts';
import { leak } from './leak.ts';
import { leakOfClass } from './leakOfClass.ts';
import { leakSum } from './leakSum.ts';
import { leakWhenFilled } from './leakWhenFilled.ts';

/**
 * What tells the label because it was written down with it or after it: one column, its being filled, a formula of
 * several, a name beside it, a pair. Each column is told once, by what says most.
 */
export function* findingLeaks(looked: Looked): Work<{
  readonly findings: Finding[];
  /** Columns that were told of. */
  readonly told: ReadonlySet<string>;
}> {
  const findings: Finding[] = [];
  const told = new Set<string>();
  const tell = (found: readonly LeakFound[]): void => {
    for (const { finding, columns } of found)
      if (!columns.some((name) => told.has(name))) findings.push(finding);
    for (const { columns } of found) for (const name of columns) told.add(name);
  };
  for (const look of [leakDerived, leakSum, leak, leakOfClass, leakWhenFilled, leakByName, leakPair]) {
    tell(look(looked, told));
    yield looked.rows.length;
  }
  return { findings, told };
}
