import type { AiengError } from '../../../errors.ts';
import { dataError } from '../../../errors.ts';
import type { JsonRecord } from './jsonRecord.ts';
import { maxRecordBytes } from './jsonRecord.ts';
import { notUtf8 } from '../notUtf8.ts';

const [quote, backslash, newline, comma, colon] = [0x22, 0x5c, 0x0a, 0x2c, 0x3a];
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];
const isSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x09 || byte === newline || byte === 0x0d;

/** Nothing that we read is nested deeper. */
const mostLevels = 64;

const longestKey = 1000;

/** Where the records of a document stand. */
export type RecordsPlace =
  /** In the list under these members, one within the other; none = the document is the list. */
  | { readonly kind: 'list'; readonly path: readonly string[] }
  /** One object after another, whatever the lines. */
  | { readonly kind: 'sequence' };

/** The error for a document whose brackets do not fit together. */
export function damagedJson(displayPath: string, line: number, problem: string): AiengError {
  return dataError({
    code: 'json-damaged',
    message: `${displayPath}:${line}: expected JSON, but ${problem}.`,
    hint: `Write the file again, or mend it there: \`jq . ${JSON.stringify(displayPath)} > /dev/null\` says what is wrong. Nothing of it was kept.`,
    at: { file: displayPath, line },
  });
}

/** Where a stretch of a string ends that holds neither its end nor an escape nor a line break. */
function endOfPlain(chunk: Buffer, from: number): number {
  let at = from;
  for (; at < chunk.length; at += 1) {
    const byte = chunk[at]!;
    if (byte === quote || byte === backslash || byte === newline) break;
  }
  return at;
}

/**
 * Cuts a document into the texts of its records, in constant memory: knows strings and brackets, and leaves what is in a
 * record to the parser. A document that does not end as it began is damaged as a whole.
 */
export class JsonScanner {
  readonly #displayPath: string;
  readonly #place: RecordsPlace;
  /** Open brackets, outermost first. */
  readonly #open: number[] = [];
  /** The member that is looked at, by the objects that are open on the way to the list. */
  #path: string[] = [];
  #inString = false;
  #escaped = false;
  /** The string that is read, or was read last, on the way to the list: perhaps a key. */
  #word: number[] = [];
  #line = 1;
  /** Levels of brackets around a record; −1 while the list is not found yet. */
  #level: number;
  #done = false;
  /** The record that is open: its bytes from earlier chunks, its first line. */
  #parts: Buffer[] = [];
  #size = 0;
  #inRecord = false;
  #recordLine = 1;
  #records: JsonRecord[] = [];

  constructor(displayPath: string, place: RecordsPlace) {
    this.#displayPath = displayPath;
    this.#place = place;
    this.#level = place.kind === 'sequence' ? 0 : -1;
  }

  /** Was the list found so far? */
  get found(): boolean {
    return this.#level !== -1;
  }

  #damaged(problem: string): AiengError {
    return damagedJson(this.#displayPath, this.#line, problem);
  }

  #withinString(): boolean {
    return this.#inString && !this.#escaped;
  }

  /** Records that were completed since the last call. */
  take(): JsonRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (byte === newline) this.#line += 1;
      if (this.#inString) {
        this.#string(byte);
        // Most bytes are within strings of records, where nothing but their end is of interest.
        if (this.#level !== -1 && this.#withinString()) at = endOfPlain(chunk, at + 1) - 1;
        continue;
      }
      if (isSpace(byte)) continue;
      if (this.#level === this.#open.length && !this.#done) {
        const outcome = this.#betweenRecords(byte, chunk, start, at);
        if (outcome === 'starts') start = at;
        if (outcome === 'ended' && byte !== closeList) continue;
      } else if (this.#done && this.#open.length === 0) {
        throw this.#damaged('something stands after its end');
      }
      this.#structure(byte);
      if (this.#inRecord && this.#place.kind === 'sequence' && this.#open.length === 0)
        this.#end(chunk.subarray(start, at + 1));
    }
    if (this.#inRecord) this.#keep(chunk.subarray(start));
  }

  #keep(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size > maxRecordBytes)
      throw dataError({
        code: 'record-too-long',
        message: `${this.#displayPath}:${this.#recordLine}: no end of the record within ${maxRecordBytes >> 20} MiB.`,
        hint: 'Say with source.records which member holds the list of rows, or check that every bracket and quote is closed.',
        at: { file: this.#displayPath, line: this.#recordLine },
      });
  }

  /** A byte at the level of the records that is no space. */
  #betweenRecords(byte: number, chunk: Buffer, start: number, at: number): 'starts' | 'ended' | 'within' {
    if (this.#place.kind === 'sequence') {
      if (byte !== openObject) throw this.#damaged('something that is no object stands between the objects');
      this.#begin();
      return 'starts';
    }
    if (byte === comma || byte === closeList) {
      if (this.#inRecord) this.#end(chunk.subarray(start, at));
      else if (byte === comma) this.#record('');
      return 'ended';
    }
    if (this.#inRecord) return 'within';
    this.#begin();
    return 'starts';
  }

  #begin(): void {
    this.#inRecord = true;
    this.#recordLine = this.#line;
  }

  #end(last: Buffer): void {
    this.#keep(last);
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    this.#inRecord = false;
    this.#record(bytes.toString('utf8').trimEnd(), notUtf8(bytes));
  }

  #record(text: string, broken?: string): void {
    this.#records.push({ number: text === '' ? this.#line : this.#recordLine, text, broken });
  }

  #string(byte: number): void {
    if (this.#level === -1 && this.#word.length < longestKey) this.#word.push(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inString = false;
  }

  /** Brackets and quotes outside of strings; on the way to the list also keys. */
  #structure(byte: number): void {
    switch (byte) {
      case quote:
        this.#inString = true;
        this.#word = [];
        return;
      case openObject:
      case openList:
        this.#enter(byte);
        return;
      case closeObject:
      case closeList:
        this.#leave(byte);
        return;
      case colon:
        if (this.#level === -1) this.#key();
        return;
      default:
    }
  }

  #key(): void {
    // In an object at depth n, the path has n members.
    this.#path.length = Math.min(this.#path.length, this.#open.length - 1);
    const text = Buffer.from(this.#word).toString('utf8').slice(0, -1);
    let name = text;
    if (text.includes('\\'))
      try {
        name = String(JSON.parse(`"${text}"`));
      } catch {
        // Not a name that anybody asks for.
      }
    this.#path.push(name);
  }

  #enter(byte: number): void {
    this.#open.push(byte);
    if (this.#open.length > mostLevels) throw this.#damaged(`it is nested deeper than ${mostLevels} levels`);
    if (byte !== openList || this.#level !== -1 || this.#done || this.#place.kind !== 'list') return;
    const { path } = this.#place;
    const here = this.#open.length - 1;
    const objects = this.#open.slice(0, -1).every((bracket) => bracket === openObject);
    if (objects && here === path.length && path.every((name, at) => this.#path[at] === name))
      this.#level = this.#open.length;
  }

  #leave(byte: number): void {
    const opened = this.#open.pop();
    if (opened === undefined || (opened === openObject) !== (byte === closeObject))
      throw this.#damaged(`a ${JSON.stringify(String.fromCharCode(byte))} closes what is not open`);
    if (this.#place.kind === 'list' && this.#level === this.#open.length + 1) {
      this.#level = -2;
      this.#done = true;
    }
  }

  /** At the end of the file. */
  finish(): void {
    if (this.#open.length > 0 || this.#inString) throw this.#damaged('it ends too early (truncated?)');
    if (!this.#done && this.#place.kind === 'list') throw this.#damaged('there is no list of records');
  }
}
