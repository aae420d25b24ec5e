import { isUtf8 } from 'node:buffer';
import { openSequence } from '../sources/notUtf8.ts';
import type { Finding } from './finding.ts';
import { shownExample } from './finding.ts';
import { readsWell } from './languages.ts';
import { decodeWindows1252 } from './singleByte.ts';

/** How the bytes of a beginning are to be read. */
export interface EncodingFound {
  /** `utf-8`, `utf-16le`, `utf-16be`, or a name that the platform decodes; null = one that it does not. */
  readonly encoding: string;
  readonly findings: readonly Finding[];
  /** Another encoding that reads about as well, and otherwise. */
  readonly rival: Reading | null;
  /** An encoding that reads it best and cannot be read here. */
  readonly beyond: Reading | null;
}

/** What a line is in an encoding. */
export interface Reading {
  readonly encoding: string;
  readonly line: number;
  readonly text: string;
}

/** Letters of the DOS code page 850, from 0x80 on. */
const dosLetters = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑ';
const singleByte = [
  'windows-1252',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'macintosh',
  'windows-1251',
  'koi8-r',
  'ibm866',
  'windows-1253',
  'windows-1255',
  'windows-1256',
] as const;

/** Encodings of two bytes a character: the lead bytes of what is written often. */
const doubleByte: readonly {
  name: string;
  guessed: string;
  often: readonly (readonly [number, number])[];
}[] = [
  {
    name: 'gb18030',
    guessed: 'GB18030',
    often: [
      [0xb0, 0xd7],
      [0xa1, 0xa3],
    ],
  },
  {
    name: 'big5',
    guessed: 'Big5',
    often: [
      [0xa4, 0xc6],
      [0xa1, 0xa3],
    ],
  },
  {
    name: 'shift_jis',
    guessed: 'Shift_JIS',
    often: [
      [0x81, 0x83],
      [0x88, 0x97],
    ],
  },
  {
    name: 'euc-jp',
    guessed: 'EUC-JP',
    often: [
      [0xa1, 0xa5],
      [0xb0, 0xcf],
    ],
  },
  {
    name: 'euc-kr',
    guessed: 'EUC-KR',
    often: [
      [0xb0, 0xc8],
      [0xa1, 0xa3],
    ],
  },
];

/** The family that another detector's names belong to. */
const guessNames: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-5': 'windows-1251',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
  'ISO-8859-6': 'windows-1256',
};

const linesLookedAt = 400;
/** The encoding that most files without UTF-8 have. */
const prior = 0.1;
const aboutEqual = 0.05;

/** The lines of a beginning that are not ASCII. */
function tellingLines(bytes: Buffer): { line: number; bytes: Buffer }[] {
  const lines: { line: number; bytes: Buffer }[] = [];
  let line = 1;
  for (let at = 0; at < bytes.length && lines.length < linesLookedAt; line += 1) {
    const feed = bytes.indexOf(10, at);
    const end = feed === -1 ? bytes.length : feed;
    const piece = bytes.subarray(at, end);
    if (piece.some((byte) => byte > 127)) lines.push({ line, bytes: piece });
    at = end + 1;
  }
  return lines;
}

const decodeDos = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) => {
      if (byte < 128) return String.fromCharCode(byte);
      return byte === 0xe1 ? 'ß' : (dosLetters[byte - 128] ?? '\ufffd');
    })
    .join('');

function decode(encoding: string, bytes: Buffer): string {
  if (encoding === 'cp850') return decodeDos(bytes);
  return encoding === 'windows-1252' ? decodeWindows1252(bytes) : new TextDecoder(encoding).decode(bytes);
}

/** Share of the characters of two bytes that are written often; 0 where some byte fits none. */
function oftenShare(bytes: Buffer, often: readonly (readonly [number, number])[], encoding: string): number {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return 0;
  }
  let [known, seen] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at]!;
    if (lead < 128) continue;
    seen += 1;
    if (often.some(([from, to]) => lead >= from && lead <= to)) known += 1;
    at += 1;
  }
  return seen === 0 ? 0 : known / seen;
}

interface Candidate {
  readonly encoding: string;
  readonly score: number;
  readonly text: string;
}

async function candidatesOf(bytes: Buffer): Promise<Candidate[]> {
  const { analyse } = await import('chardet');
  const guesses = new Map<string, number>();
  for (const { name, confidence } of analyse(bytes)) {
    const known = guessNames[name] ?? name;
    guesses.set(known, Math.max(guesses.get(known) ?? 0, confidence));
  }
  const guessed = (name: string): number => (guesses.get(name) ?? 0) / 200;
  const ofOne = [...singleByte, 'cp850'].map((encoding) => {
    const text = decode(encoding, bytes);
    const first = encoding === 'windows-1252' ? prior : 0;
    return { encoding, text, score: readsWell(text) + guessed(encoding) + first };
  });
  const ofTwo = doubleByte.map(({ name, guessed: other, often }) => {
    const share = oftenShare(bytes, often, name);
    const text = decode(name, bytes);
    // Latin letters with one such character among them are another language in another encoding.
    const mixed = text.match(/[a-z][\u3000-\uffef]|[\u3000-\uffef][a-z]/gi)?.length ?? 0;
    const alone = 1 - Math.min(1, (4 * mixed) / bytes.length);
    return { encoding: name, text, score: share * alone ** 4 + (share === 0 ? 0 : guessed(other)) };
  });
  return [...ofOne, ...ofTwo].sort((left, right) => right.score - left.score);
}

/** Characters of several bytes that are UTF-8, and bytes that are not. */
function countSequences(bytes: Buffer): { valid: number; stray: number } {
  let [valid, stray] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const lead = bytes[at]!;
    if (lead < 128) continue;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead >= 0xc2 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length) {
      valid += 1;
      at += length - 1;
    } else stray += 1;
  }
  return { valid, stray };
}

/** NUL bytes by whether they stand at even or at odd places. */
function countNuls(sample: Buffer): { even: number; odd: number } {
  const nuls = { even: 0, odd: 0 };
  for (let at = 0; at < sample.length; at += 1)
    if (sample[at] === 0) nuls[at % 2 === 0 ? 'even' : 'odd'] += 1;
  return nuls;
}

/** The byte order of a beginning that is full of NUL bytes at every other place: UTF-16 without a mark. */
export function utf16Order(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  const sample = bytes.subarray(0, 4096);
  const { even, odd } = countNuls(sample);
  const [most, least] = [Math.max(even, odd), Math.min(even, odd)];
  if (most < 0.3 * Math.floor(sample.length / 2) || most <= 20 * least) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

const found = (encoding: string, findings: readonly Finding[] = []): EncodingFound => ({
  encoding,
  findings,
  rival: null,
  beyond: null,
});

function utf16(order: 'utf-16le' | 'utf-16be', bytes: Buffer): EncodingFound {
  const text = new TextDecoder(order).decode(bytes.subarray(0, 400)).split(/\r?\n/, 1)[0]!;
  const what = 'The text is UTF-16 without a byte order mark.';
  return found(order, [{ key: 'encoding', value: order, what, line: 1, example: shownExample(text) }]);
}

const readingOf = (encoding: string, { line, bytes }: { line: number; bytes: Buffer }): Reading => ({
  encoding,
  line,
  text: shownExample(decode(encoding, bytes).trim()),
});

/**
 * Finds the encoding of a text that has no byte order mark. UTF-8 is told by its own grammar, and a few stray bytes in
 * it make it no other encoding; the rest is told by what reads well.
 */
export async function recogniseEncoding(beginning: Buffer): Promise<EncodingFound> {
  const order = utf16Order(beginning);
  if (order !== null) return utf16(order, beginning);
  const bytes = beginning.subarray(0, beginning.length - openSequence(beginning));
  if (isUtf8(bytes)) return found('utf-8');
  const lines = tellingLines(bytes);
  const { valid, stray } = countSequences(bytes);
  const [first] = lines;
  if (valid >= stray || first === undefined) {
    const broken = lines.find((line) => !isUtf8(line.bytes)) ?? null;
    const what = `The text is UTF-8 but for ${stray} byte${stray === 1 ? '' : 's'}: the records that hold them are refused.`;
    const example = broken === null ? null : shownExample(broken.bytes.toString('utf8').trim());
    return found('utf-8', [{ key: 'encoding', value: 'utf-8', what, line: broken?.line ?? null, example }]);
  }
  const candidates = await candidatesOf(
    Buffer.concat(lines.flatMap((line) => [line.bytes, Buffer.from('\n')])),
  );
  // Encodings that read the text alike are one answer, by the name that most files have.
  const alike = candidates.filter(({ text }) => text === candidates[0]!.text);
  const best = alike.find(({ encoding }) => encoding === 'windows-1252') ?? candidates[0];
  const second = candidates.find(({ text }) => text !== best!.text);
  const reading = readingOf(best!.encoding, first);
  const rival = second !== undefined && candidates[0]!.score - second.score < aboutEqual;
  const differs = lines.find(
    (line) => decode(best!.encoding, line.bytes) !== decode(second!.encoding, line.bytes),
  );
  return {
    encoding: best!.encoding,
    findings: [
      {
        key: 'encoding',
        value: best!.encoding,
        what: `The text is not UTF-8; it reads well as ${best!.encoding}.`,
        line: reading.line,
        example: reading.text,
      },
    ],
    rival: rival ? readingOf(second.encoding, differs ?? first) : null,
    beyond: best!.encoding === 'cp850' ? reading : null,
  };
}
