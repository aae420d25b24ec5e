import type { Facts, InferenceNote, WordRows } from './facts.ts';
import { answersOf, plainWord } from './answers.ts';
import { jsonLine, note } from './facts.ts';

/** Spellings named in a note, and merged by its line. */
const [mostNamed, mostMerged] = [3, 20];

/** Yes and no in more than one way each: `Y` beside `yes`. */
function answerOf(words: WordRows): ((word: string) => string) | null {
  const answers = answersOf(words);
  if (answers === null || new Set(words.map(([word]) => plainWord(word))).size <= 2) return null;
  return (word) => String(answers.truth.includes(word));
}

/** A character that is not seen, or looks like another one where it stands. */
const unseen = /[^\S ]|\p{M}|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;

/** As JSON, with what nobody sees by its code. */
const coded = (json: string): string =>
  json.replaceAll(unseen, (found) =>
    [...Array(found.length).keys()]
      .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Without what is not seen. */
const seen = (word: string): string =>
  word
    .normalize('NFC')
    .replaceAll(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '')
    .replaceAll(/\s/g, ' ');

/** Words that look the same on a screen are shown with what tells them apart. */
const areAlike = (group: WordRows): boolean => group.length > new Set(group.map(([word]) => seen(word))).size;

const shownWords = (group: WordRows): readonly string[] =>
  group.map(([word]) => (areAlike(group) ? coded(JSON.stringify(word)) : JSON.stringify(word)));

/** Words of a column that stand there in several spellings, the most frequent spelling of each first. */
function groupsOf(words: WordRows): readonly WordRows[] {
  const keyOf = answerOf(words) ?? plainWord;
  const groups = new Map<string, (readonly [string, number])[]>();
  for (const entry of words) {
    const key = keyOf(entry[0]);
    if (key === '') continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => [...group].sort(([, left], [, right]) => right - left));
}

/** Spellings of one word would be categories, or classes, of their own: told, with the line that merges them. */
export function spellingNotes(facts: Facts): readonly InferenceNote[] {
  const groups = groupsOf(facts.words);
  if (groups.length === 0) return [];
  const named = groups
    .slice(0, mostNamed)
    .map((group) => shownWords(group).join(', '))
    .join('; ');
  const more = groups.length > mostNamed ? `; … (${groups.length} words in all)` : '';
  const pairs = groups.flatMap(([first, ...others]) => others.map(([word]) => [word, first![0]] as const));
  const line = jsonLine(Object.fromEntries(pairs.slice(0, mostMerged)));
  const merge = groups.some(areAlike) ? coded(line) : line;
  const classes = facts.distinct - pairs.length;
  const task = facts.isLabel && classes === 2 ? ', and "task: binary" in the pipeline' : '';
  const [what, each] = facts.isLabel ? ['classes', 'a class'] : ['words', 'a category'];
  const message = `${facts.name} has ${what} in several spellings (${named}${more}), and each counts as ${each} of its own: to merge them, write "merge": ${merge} under x-aieng in the schema${task}.`;
  return [note(facts, facts.isLabel ? 'label' : 'spellings', message)];
}
