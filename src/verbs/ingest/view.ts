import type { IngestResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next, toned } from '../view/blocks.ts';
import { count, counted, percent, shortDigest } from '../view/format.ts';
import { rejectionTable } from '../view/evidence.ts';

/** `ingest`: how many rows came in, which stayed outside and why. */
export const ingestView: View<Outcome<IngestResult>> = {
  blocks: ({ pipeline, exitCode, snapshot, result }) => {
    const {
      rows,
      quarantined,
      columns,
      rejections,
      quarantineFile,
      unknownColumns,
      unreadable,
      increment,
      mended,
      inferredSchema,
    } = result;
    const read = rows + quarantined;
    const share = read === 0 ? '' : ` (${percent(quarantined / read)})`;
    return [
      headline(
        exitCode === 0 ? 'good' : 'bad',
        `${counted(rows, 'row')} of ${counted(columns, 'column')} ingested`,
        pipeline,
      ),
      facts([
        ['quarantined', quarantined === 0 ? 'none' : toned('warn', `${count(quarantined)}${share}`)],
        ['quarantine file', quarantineFile],
        [
          'unknown fields',
          unknownColumns.length === 0
            ? null
            : unknownColumns.map(({ name, records }) => `${name} (${count(records)})`).join(', '),
        ],
        ['left out', unreadable.length === 0 ? null : unreadable.map(({ name }) => name).join(', ')],
        [
          'new in the source',
          increment === null
            ? null
            : `${counted(increment.added, 'record')} added, ${count(increment.changed)} changed, ${count(increment.repeated)} as before`,
        ],
        [
          'mended',
          mended === null
            ? null
            : `${counted(mended.taken, 'record')} taken, ${count(mended.refused)} still refused, ${count(mended.unmatched)} no longer in the source`,
        ],
        ['schema', inferredSchema === null ? null : `inferred: please review ${inferredSchema}`],
        ['snapshot', snapshot === undefined ? null : shortDigest(snapshot)],
      ]),
      rejectionTable(rejections, quarantined),
      exitCode === 0
        ? next(command('validate', pipeline), ...(quarantined === 0 ? [] : [command('rejects', pipeline)]))
        : next(),
    ];
  },
  essential: ({ snapshot }) => (snapshot === undefined ? [] : [snapshot]),
};
