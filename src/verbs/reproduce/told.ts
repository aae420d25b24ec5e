import { exitCodes } from '../../errors.ts';
import type { Manifest } from '../../packaging/manifest.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Outcome } from '../../project/outcome.ts';
import { versionedName } from '../../project/trust/attachments.ts';
import type { ReproduceResult } from './result.ts';

type Stages = ReproduceResult['stages'];

/** The stages before a model is trained: nothing of chance is in them, whatever trains. */
const beforeTraining = new Set<Stages[number]['name']>(['gather', 'featurize']);

/** How a bundle that was made again compares: a program may give another model, and rows are the same or they are not. */
export function stateOf(
  stages: Stages,
  isScript: boolean,
  { low, high, now }: ReproduceResult['metric'],
): ReproduceResult['state'] {
  if (stages.every(({ same }) => same)) return 'same';
  const isFirst = stages.every(({ name, same }) => same || !beforeTraining.has(name));
  return isScript && isFirst && low !== null && high !== null && now >= low && now <= high
    ? 'alike'
    : 'differs';
}

/** Files of a bundle by path, as digests. */
export const filesOf = ({ files }: Pick<Manifest, 'files'>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]));

/** The outcome: what was made beside what was recorded. */
export const toldOf = (named: NamedBundle, result: ReproduceResult): Outcome<ReproduceResult> => ({
  pipeline: named.name,
  exitCode: result.state === 'differs' ? exitCodes.gateFailed : exitCodes.ok,
  bundle: result.bundle,
  ...(named.version === null ? {} : { version: named.version }),
  warnings:
    result.state === 'alike'
      ? [
          `The script does not give the same twice: ${versionedName(named)} was compared by ${result.metric.name}.`,
        ]
      : [],
  result,
});
