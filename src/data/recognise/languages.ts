/**
 * Letters beyond ASCII that a language is written with: evidence of an encoding. Bytes that were decoded rightly give the
 * letters of one language; wrongly, those of several, or none.
 */
const languages = {
  german: 'äöüß',
  french: 'éèêëàâçîïôûùüÿœæ',
  spanish: 'áéíóúñü',
  portuguese: 'áâãàçéêíóôõú',
  italian: 'àèéìíòóùú',
  swedish: 'åäöé',
  danish: 'æøåéö',
  dutch: 'éëïöüèêçä',
  icelandic: 'áðéíóúýþæö',
  polish: 'ąćęłńóśźż',
  czech: 'áčďéěíňóřšťúůýžľĺŕôä',
  hungarian: 'áéíóöőúüű',
  romanian: 'ăâîşţșț',
  croatian: 'čćđšž',
  turkish: 'çğıöşüâîûi̇',
  baltic: 'ąčęėįšųūžāēģīķļņõäöü',
  russian: 'абвгдежзийклмнопрстуфхцчшщъыьэюяё',
  ukrainian: 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя',
  greek: 'αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ',
  hebrew: 'אבגדהוזחטיכךלמםנןסעפףצץקרשת',
  arabic: 'ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإئىة',
} as const;
const alphabets = Object.values(languages).map((letters) => new Set(letters));

/** Signs that texts and tables hold beside letters. */
const signs = new Set('€£¥§°©®™«»“”„‚‘’‹›–—…·•¿¡±×÷µ²³½¼¾ªº\u00a0');
const endsOfWords = new Set('²³½¼¾ªº°µ™®');

const word = /\p{L}[\p{L}\p{M}’'-]*/gu;
const isRegular = (text: string): boolean =>
  text === text.toLowerCase() ||
  text === text.toUpperCase() ||
  text.split(/['’-]/).every((part) => part.slice(1) === part.slice(1).toLowerCase());

/** Are the letters of a word of one script? */
const isOneScript = (text: string): boolean =>
  [/^[\p{Script=Latin}\p{M}’'-]+$/u, /^[\p{Script=Cyrillic}’'-]+$/u, /^[\p{Script=Greek}’'-]+$/u].some(
    (script) => script.test(text),
  ) || !/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u.test(text);

/** Signs that stand where they may: not within a word, but for its end. */
function rightSigns(text: string): { right: number; seen: number } {
  let [right, seen] = [0, 0];
  for (const match of text.matchAll(/[^\p{ASCII}\p{L}\p{M}]/gu)) {
    const [sign, at] = [match[0], match.index];
    seen += 1;
    const before = /\p{L}*$/u.exec(text.slice(Math.max(0, at - 12), at))![0];
    const after = /^\p{L}/u.test(text.slice(at + sign.length));
    if (!signs.has(sign)) continue;
    if (sign === '’' || before === '' || !after) right += endsOfWords.has(sign) && before.length > 3 ? 0 : 1;
  }
  return { right, seen };
}

/**
 * How well a text reads, 0 to 1: the share of its characters beyond ASCII that are letters of the language that knows the
 * most of them, in words as people write them, or signs in their places.
 */
export function readsWell(text: string): number {
  let letters = 0;
  const known = alphabets.map(() => 0);
  for (const [found] of text.matchAll(word)) {
    const special = Array.from(found.toLowerCase()).filter((char) => char > '\u007f' && char !== '’');
    if (special.length === 0) continue;
    letters += special.length;
    if (!isRegular(found) || !isOneScript(found)) continue;
    for (const [at, alphabet] of alphabets.entries())
      known[at]! += special.filter((char) => alphabet.has(char)).length;
  }
  const { right, seen } = rightSigns(text);
  return letters + seen === 0 ? 0 : (Math.max(...known) + right) / (letters + seen);
}
