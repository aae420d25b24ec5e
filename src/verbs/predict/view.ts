import type { PredictResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { facts, headline } from '../view/blocks.ts';
import { counted } from '../view/format.ts';
import { rejectionAnnotations } from '../view/annotation.ts';
import { rejectionTable } from '../view/evidence.ts';

/** `predict`: how many rows were answered, and which could not be. */
export const predictView: View<Outcome<PredictResult>> = {
  blocks: ({ exitCode, result }) => {
    const { rows, rejected, rejections, output, rejectsFile, shard, merged } = result;
    const kept = shard?.state === 'kept';
    return [
      headline(
        exitCode !== 0 ? 'bad' : rejected > 0 ? 'warn' : 'good',
        `${counted(rows, 'row')} ${kept ? 'predicted already' : 'predicted'}`,
        rejected === 0 ? undefined : `${counted(rejected, 'row')} rejected`,
      ),
      facts([
        ['shard', shard === undefined ? null : `${shard.index}/${shard.of}`],
        ['put together from', merged === undefined ? null : counted(merged.length, 'part')],
        [kept ? 'kept as it was' : 'written to', output === '-' ? null : output],
        ['refused records', rejectsFile],
      ]),
      rejectionTable(rejections, rejected),
    ];
  },
  essential: ({ result }) => (result.output === '-' ? [] : [result.output]),
  annotations: ({ result }) => rejectionAnnotations(result.rejections),
};
