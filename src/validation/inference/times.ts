import { countedTimes, timeWriting } from '../../data/cells/formats/timeWriting.ts';
import type { TimeFormat } from '../../data/cells/formats/declared.ts';
import type { Facts, Inferred, InferenceNote } from './facts.ts';
import { base, note, oddWords, percent, quotedWords } from './facts.ts';
import { oddNotes } from './numbers.ts';

/** A text as a time by a format, as people write it in a note. */
export function shownTime(format: TimeFormat, word: string): string {
  const writing = timeWriting(format);
  const time = typeof writing === 'string' ? Number.NaN : writing(word);
  if (Number.isNaN(time)) return 'no time';
  const iso = new Date(time).toISOString();
  return iso.endsWith('T00:00:00.000Z')
    ? iso.slice(0, 10)
    : iso.replace(/(?::00)?\.000Z$/, ' UTC').replace('T', ' ');
}

function column(facts: Facts, format: TimeFormat | null): Inferred['column'] {
  return { ...base(facts), kind: 'time', type: 'string', ...(format === null ? {} : { timeFormat: format }) };
}

function formatNote(facts: Facts, format: TimeFormat, word: string): InferenceNote {
  const pivot = /(?<!Y)YY(?!Y)/.test(format.pattern)
    ? '; years from 69 on are of 1900, others of 2000: "years_from" in its format says otherwise'
    : '';
  const zone = /HH|hh|epoch/.test(format.pattern) && !/Z|epoch/.test(format.pattern);
  const utc = zone
    ? ' It names no zone and is taken for UTC: another, such as Europe/Berlin, is "zone" in the format of the schema.'
    : '';
  const name = countedTimes(format)?.what ?? format.pattern;
  return note(
    facts,
    'format',
    `${facts.name}: "${word}" is read as ${shownTime(format, word)} (${name}${pivot}).${utc}`,
  );
}

/** A column of times. */
export function inferTimes(facts: Facts): Inferred {
  const { times } = facts.decision;
  const format = times?.format ?? null;
  const notes = format === null ? [] : [formatNote(facts, format, times!.shown)];
  return { column: column(facts, format), notes: [...notes, ...oddNotes(facts, 'times')] };
}

/** Whole numbers that are times by their range and the name of their column; null where they are none. */
export function inferTimesOfNumbers(facts: Facts): Inferred | null {
  const { tally, present, name, isLabel, words } = facts;
  const found = isLabel ? null : tally.timeEvidence.byNumber(present, name);
  if (found === null || !found.named) return null;
  const format = { pattern: found.pattern };
  return { column: column(facts, format), notes: [formatNote(facts, format, words[0]![0])] };
}

/** A column that might be of times by the range of its numbers, but not by its name. */
export function perhapsTimesNotes(facts: Facts): readonly InferenceNote[] {
  const { tally, present, name, isLabel, words } = facts;
  const found = isLabel ? null : tally.timeEvidence.byNumber(present, name);
  const [first] = words;
  if (found === null || found.named || first === undefined) return [];
  const format = { pattern: found.pattern };
  return [
    note(
      facts,
      'format',
      `${name} may be times: ${first[0]} would be ${shownTime(format, first[0])}. To read it so, write "type": "string", "x-aieng": {"kind": "time", "format": "${found.pattern}"} in the schema.`,
    ),
  ];
}

/** What is to be said of words that are mostly times, or times of day; none where they are not. */
export function mostlyTimesNotes(facts: Facts): readonly InferenceNote[] {
  const { decision, present, name, isLabel, tally } = facts;
  const { times } = decision;
  const ofDay = tally.timeEvidence.ofDay(present);
  if (ofDay !== undefined)
    return [
      note(
        facts,
        'time-of-day',
        `${name} holds times of day without a date (${ofDay}): kept as words. Write date and time in one column to use them as times.`,
      ),
    ];
  if (isLabel || times === null || times.rows < present / 2) return [];
  const odd = oddWords({ ...facts, decision: { ...decision, kind: 'time' } });
  const format = times.format === null ? '' : `, "format": ${JSON.stringify(times.format.pattern)}`;
  const missing = odd.slice(0, 5).map(([word]) => JSON.stringify(word));
  return [
    note(
      facts,
      'mixed',
      `${name} is ${percent(times.rows / present)} times; these words are not: ${quotedWords(odd)}. It is taken for words; to make times of it, and those words missing, write "type": ["string", "null"], "x-aieng": {"kind": "time"${format}, "missing": [${missing.join(', ')}]} in the schema.`,
    ),
  ];
}
