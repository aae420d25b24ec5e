import type { PartRecord } from './partRecord.ts';
import { piecesOf } from './shard.ts';

/** A record that adds up, of a shard of a run over `pieces` pieces. Every piece has three rows in ten bytes. */
export function partRecord(
  shard: number,
  of: number,
  pieces: number,
  changes: Partial<PartRecord> = {},
): PartRecord {
  const own = piecesOf({ index: shard, of }, pieces);
  return {
    schema: 2,
    shard,
    of,
    work: `${shard}`.repeat(64).slice(0, 64),
    aieng: '1.0.0',
    backend: 'b 1',
    model: 'churn',
    bundle: 'a'.repeat(64),
    classes: ['No', 'Yes'],
    format: 'ndjson',
    input: { kind: 'folder', name: 'rows', digest: 'd'.repeat(64), pieces },
    pieces: Array.from({ length: own }, () => ({ rows: 3, rejected: 1, bytes: 10, rejectsBytes: 7 })),
    rows: 3 * own,
    rejected: own,
    rejections: own === 0 ? [] : [{ file: 'a.csv', line: 2, column: 'x', reason: 'bad', raw: '' }],
    headerBytes: 0,
    bytes: 10 * own,
    outputDigest: 'e'.repeat(64),
    rejectsBytes: 7 * own,
    rejectsDigest: 'f'.repeat(64),
    ...changes,
  };
}
