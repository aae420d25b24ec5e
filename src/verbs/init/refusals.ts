import { declaring, encodingAdvice } from '../../data/sources/declare.ts';
import { isEncodingFault } from '../../data/sources/notUtf8.ts';
import { dataError } from '../../errors.ts';
import { count } from '../view/format.ts';
import type { Tried } from './tryReading.ts';

/** What to do about the records that are refused most often, where a flag can do something. */
function refusedAdvice(shown: string, reason: string): string | null {
  const flags = { declarable: 'flags' } as const;
  if (isEncodingFault(reason))
    return encodingAdvice(shown, 'WINDOWS-1252', declaring(flags, 'encoding', 'windows-1252'));
  const [, wanted, got] = /^expected (\d+) fields, got (\d+)$/.exec(reason) ?? [];
  if (wanted === undefined) return null;
  // A decimal comma, or a comma in a text, that nothing quotes.
  if (Number(got) > Number(wanted))
    return 'Where a field holds the delimiter (1,5 between commas), quote it where the file is made, or part fields by another sign.';
  return `If rows lack their last fields where these are empty, ${declaring(flags, 'ragged', 'fill')}.`;
}

/** How many records will be quarantined, and why. */
export function rejectedNotes(shown: string, { rejected, records, groups }: Tried): readonly string[] {
  const [first] = groups[0]?.examples ?? [];
  if (first === undefined) return [];
  const advice = refusedAdvice(shown, first.reason);
  return [
    `${count(rejected)} of ${count(records)} records will be quarantined, most often (${count(groups[0]!.count)}) for: ${first.reason} (line ${first.line}).${advice === null ? '' : ` ${advice}`}`,
  ];
}

/** Do records of one other width follow each other to the end? Then another table stands there. */
function secondTable({ groups }: Tried): string | null {
  const examples = groups.find(({ reason }) => /^expected \d+ fields$/.test(reason))?.examples ?? [];
  const widths = new Set(examples.map(({ reason }) => reason));
  const inARow = examples.every(({ line }, at) => at === 0 || line === examples[at - 1]!.line + 1);
  if (examples.length < 3 || widths.size > 1 || !inARow) return null;
  return `Lines from ${examples[0]!.line} on have another number of fields: if another table begins there, put it into a file of its own.`;
}

/** Too many records are refused. */
export function notReady(shown: string, tried: Tried): Error {
  const { rejected, records, groups } = tried;
  const [most] = groups;
  const first = most?.examples[0];
  const advice = [secondTable(tried), first === undefined ? null : refusedAdvice(shown, first.reason)].filter(
    (text) => text !== null,
  );
  return dataError({
    code: 'data-not-ready',
    message: `${shown}: ${count(rejected)} of ${count(records)} records cannot be read as rows. Most often (${count(most?.count ?? 0)} times): ${first?.reason ?? 'no reason'}${first === undefined ? '' : ` (line ${first.line})`}. Nothing was written.`,
    hint:
      advice.length > 0
        ? advice.join(' ')
        : 'Correct the file where it is made: every record has as many fields as the header.',
    ...(first === undefined ? {} : { at: { file: shown, line: first.line } }),
  });
}
