import type { RejectsResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next, right, table, toned } from '../view/blocks.ts';
import { count, counted, percent } from '../view/format.ts';
import { utcMinute } from '../../utc.ts';

const shownCharacters = 40;

/** Where the first of them stands, and what was got there instead (or the record, where the reason does not say). */
function exampleOf(example: RejectsResult['reasons'][number]['examples'][number] | undefined): string {
  if (example === undefined) return '';
  const got = /got (.*)$/s.exec(example.reason)?.[1] ?? example.raw;
  return `${example.file}:${example.line} ${got.slice(0, shownCharacters)}${got.length > shownCharacters ? '…' : ''}`;
}

/** `rejects`: how much was refused, and each reason with a place to look at. */
export const rejectsView: View<Outcome<RejectsResult>> = {
  blocks: ({ pipeline, result }) => {
    const { file, at, outcome, records, rejected, tolerated, reasons, exported, requeued } = result;
    return [
      headline(
        outcome === 'refused' ? 'bad' : rejected > 0 ? 'warn' : 'good',
        rejected === 0
          ? `none of ${counted(records, 'record')} was refused`
          : `${count(rejected)} of ${counted(records, 'record')} refused (${percent(rejected / records)})`,
        pipeline,
      ),
      facts([
        ['source', file],
        ['read', utcMinute(at)],
        ['tolerated', `${percent(tolerated)}${outcome === 'refused' ? ': no snapshot came of it' : ''}`],
        ['written to', exported === '-' ? null : exported],
        [
          'mended',
          requeued === null
            ? null
            : `${counted(requeued.taken, 'record')} of ${requeued.file} for the next ingest, ${count(requeued.unchanged)} as they were, ${count(requeued.unmatched)} that no ingest rejected${requeued.example === null ? '' : ` (${requeued.example})`}`,
        ],
      ]),
      table(
        [right('records'), 'column', 'reason', 'for example'],
        reasons.map(({ column, reason, count: times, examples }) => [
          count(times),
          column ?? '',
          reason,
          toned('dim', exampleOf(examples[0])),
        ]),
        'by reason',
      ),
      requeued !== null && requeued.taken > 0
        ? next(command('ingest', pipeline))
        : rejected > 0 && exported === null
          ? next(command('rejects', pipeline, '--export', 'rejects.csv'))
          : next(),
    ];
  },
  essential: ({ result }) => (result.exported === null || result.exported === '-' ? [] : [result.exported]),
};
