import { dataError, usageError } from '../../errors.ts';
import { partFile, shardOf } from './partRecord.ts';
import type { PartRecord } from './partRecord.ts';
import { partName } from './shard.ts';
import type { Shard } from './shard.ts';

/** The record of a part as it was found in a folder. */
export interface FoundPart {
  readonly shard: Shard;
  /** Undefined where the record cannot be read as one. */
  readonly record: PartRecord | undefined;
  /** Length of the part's own file; null where there is none. */
  readonly bytes: number | null;
  /** Length of the file of what was refused; 0 where there is none. */
  readonly rejectsBytes: number;
}

/** Some bytes of a part. */
export interface PartSlice {
  /** Index of the shard. */
  readonly part: number;
  readonly offset: number;
  readonly bytes: number;
}

const someShards = 5;

/** A word of a record, where a person may safely paste it into a shell; records are anybody's files. */
const plainWord = (word: string | undefined, otherwise: string): string =>
  word !== undefined && /^[\w@.][\w@.-]*$/.test(word) ? word : otherwise;

/** How a part's answers are explained, as a flag. */
const explainFlag = ({ explained }: PartRecord): string =>
  explained === undefined ? '' : explained === null ? ' --explain' : ` --explain ${explained}`;

/** The command that makes a part, as far as the records tell it. */
function commandFor(shards: readonly Shard[], folder: string, known: PartRecord | undefined): string {
  const [first] = shards;
  const format = known?.format === 'csv' ? ' --format csv' : '';
  return `aieng predict ${plainWord(known?.model, '<bundle>')} ${plainWord(known?.input.name, '<in>')} -o ${folder} --shard ${first?.index ?? 0}/${first?.of ?? 'n'}${format}${known === undefined ? '' : explainFlag(known)}`;
}

/** The error for parts that have to be made (again). */
export function partsToMake(
  problem: string,
  shards: readonly Shard[],
  folder: string,
  known: PartRecord | undefined,
): Error {
  const names = shards.slice(0, someShards).map(partName);
  const more = shards.length > someShards ? ` and ${shards.length - someShards} more` : '';
  return dataError({
    code: 'parts-incomplete',
    message: `${folder}: ${problem}: ${names.join(', ')}${more}.`,
    hint: `Make ${shards.length === 1 ? 'it' : 'each'} with the same bundle and input as the others: \`${commandFor(shards, folder, known)}\`.`,
  });
}

function requireOneCount(found: readonly FoundPart[], folder: string): number {
  const counts = [...new Set(found.map(({ shard }) => shard.of))].sort((left, right) => left - right);
  const [only] = counts;
  if (only === undefined)
    throw usageError({
      code: 'no-parts',
      message: `${folder} holds no part of a batch prediction (part-00000-of-0000n.json).`,
      hint: `Make the parts first: \`${commandFor([], folder, undefined)}\` for each i from 0 to n-1.`,
    });
  if (counts.length === 1) return only;
  throw dataError({
    code: 'parts-of-different-runs',
    message: `${folder} holds parts of different runs: of ${counts.join(' and of ')} shards.`,
    hint: `Remove those that do not belong, for example \`rm ${folder}/part-*-of-${partName({ index: 0, of: only }).slice(-5)}.*\`.`,
  });
}

/** What the parts of one run have in common, and how a person calls it. */
const shared: readonly (readonly [what: string, of: (record: PartRecord) => string])[] = [
  ['bundles', ({ bundle }) => bundle],
  ['inputs', ({ input }) => `${input.kind} ${input.digest} ${input.pieces}`],
  ['formats', ({ format }) => format],
  ['versions of aieng', ({ aieng }) => aieng],
  ['classes', ({ classes }) => JSON.stringify(classes)],
  ['explanations', explainFlag],
];

function requireOneRun(records: readonly PartRecord[], folder: string): void {
  for (const [what, of] of shared) {
    const first = records[0]!;
    const others = records.filter((record) => of(record) !== of(first));
    if (others.length === 0) continue;
    throw dataError({
      code: 'parts-of-different-runs',
      message: `${folder}: ${partFile(first)} and ${partFile(others[0]!)} were made from different ${what}.`,
      hint: `Run every shard again with one bundle over one input; those that fit are kept: \`${commandFor([shardOf(others[0]!)], folder, first)}\`.`,
    });
  }
}

/**
 * The records of a whole run by shard, or what stands in the way of putting it together.
 *
 * @throws usage error (exit 2) where there are no parts; data error (exit 3) for parts that are missing, not whole, or
 *   of different runs.
 */
export function requireWholeRun(found: readonly FoundPart[], folder: string): readonly PartRecord[] {
  const of = requireOneCount(found, folder);
  const byIndex = new Map(found.map((part) => [part.shard.index, part]));
  const records: PartRecord[] = [];
  const absent: Shard[] = [];
  const torn: Shard[] = [];
  for (let index = 0; index < of; index += 1) {
    const part = byIndex.get(index);
    const shard = { index, of };
    const { record } = part ?? {};
    if (part === undefined) absent.push(shard);
    else if (
      record?.shard !== index ||
      record.of !== of ||
      part.bytes !== record.bytes ||
      part.rejectsBytes !== record.rejectsBytes
    )
      torn.push(shard);
    else records.push(record);
  }
  const missing = `${absent.length} of ${of} parts ${absent.length === 1 ? 'is' : 'are'} missing`;
  if (absent.length > 0) throw partsToMake(missing, absent, folder, records[0]);
  if (torn.length > 0) throw partsToMake('not whole', torn, folder, records[0]);
  requireOneRun(records, folder);
  return records;
}

/** Which of a part's two files. */
export type PartContent = 'answers' | 'rejects';

/**
 * Where the pieces of the input stand in the answers of the parts, or in what was refused, in the order of the input:
 * those of all shards, taken in turn. Headers are left out.
 */
export function* slicesInOrder(
  records: readonly PartRecord[],
  content: PartContent,
): Generator<PartSlice, void, void> {
  const offsets = records.map(({ headerBytes }) => (content === 'answers' ? headerBytes : 0));
  const pieces = records[0]?.input.pieces ?? 0;
  for (let piece = 0; piece < pieces; piece += 1) {
    const part = piece % records.length;
    const own = records[part]!.pieces[Math.floor(piece / records.length)]!;
    const bytes = content === 'answers' ? own.bytes : own.rejectsBytes;
    yield { part, offset: offsets[part]!, bytes };
    offsets[part]! += bytes;
  }
}
