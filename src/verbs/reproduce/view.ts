import type { ReproduceResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { facts, headline, list, right, table } from '../view/blocks.ts';
import { duration, figure, shortDigest } from '../view/format.ts';
import { utcMinute } from '../../utc.ts';

const titles: Readonly<Record<ReproduceResult['state'], string>> = {
  same: 'made again, the same to the last byte',
  alike: 'made again, and not the same: its script does not give the same twice',
  differs: 'made again, and another one',
};

/** `reproduce`: is a bundle what its lineage says? */
export const reproduceView: View<Outcome<ReproduceResult>> = {
  blocks: ({
    pipeline,
    version,
    result: { bundle, state, stages, differences, metric, recorded, changed },
  }) => [
    headline(
      state === 'same' ? 'good' : state === 'alike' ? 'warn' : 'bad',
      `${pipeline ?? ''}${version === undefined ? '' : `@${version}`}: ${titles[state]}`,
      shortDigest(bundle),
    ),
    facts([
      ['made', `${utcMinute(recorded.at)} by aieng ${recorded.aieng} on ${recorded.platform}`],
      [
        'commit',
        recorded.commit === null
          ? null
          : `${recorded.commit.slice(0, 12)}${recorded.dirty ? ', with changes' : ''}${recorded.head === null || recorded.head === recorded.commit ? '' : ` (here: ${recorded.head.slice(0, 12)})`}`,
      ],
      [
        metric.name,
        `${figure(metric.recorded)} → ${figure(metric.now)}${metric.low === null || metric.high === null ? '' : ` (recorded: ${figure(metric.low)} to ${figure(metric.high)})`}`,
      ],
    ]),
    table(
      [{ title: 'stage' }, { title: 'recorded' }, { title: 'now' }, right('took')],
      stages.map(({ name, same, recorded: before, now, durationMs }) => [
        name,
        shortDigest(before),
        same ? 'the same' : now === null ? 'not come to' : shortDigest(now),
        duration(durationMs),
      ]),
    ),
    list(
      differences.map(({ path, at }) => ({ sign: 'bad', text: `${path}: ${at}` })),
      'first differences',
    ),
    list(
      changed.map((text) => ({ sign: 'warn', text })),
      'another one here than then',
    ),
  ],
  essential: ({ result: { state } }) => [state],
};
