/**
 * A JSON number whose spelling a double would lose (`1.0`, `7.12e2`, `9007199254740993`, `-0`, `1e400`), as it was
 * written. A JSON number that `String` writes back as it was is a plain `number`.
 */
export class JsonNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** The nearest double: for who shows the value. What it is as a cell, its column decides. */
  toJSON(): number {
    return Number(this.source);
  }
}

/** What a text says as JSON, or why it cannot be used, and where (offset in UTF-16 units). */
export type JsonOutcome = { readonly value: unknown } | { readonly problem: string; readonly offset: number };

/** How the problem of an object ends that has a key more than once. */
export const keyTwice = 'stands twice in one object';

/** Nothing that we read is nested deeper than a few levels; a bound protects every later walk. */
const mostLevels = 32;

/** A JSON object: not null, not a list, not a number that kept its spelling. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
  );
}

/** The spelling of a JSON scalar; undefined for lists, objects, null, and what is not JSON. */
export function scalarText(value: unknown): string | undefined {
  if (value instanceof JsonNumber) return value.source;
  if (typeof value === 'string') return value;
  const isScalar = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
  return isScalar ? String(value) : undefined;
}

/** A JSON value as the text that a CSV file would hold: numbers as they were written; null for null and no value. */
export function jsonText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return scalarText(value) ?? JSON.stringify(value);
}

/** Ends a parse from within; never leaves this folder. */
export class Refusal {
  readonly problem: string;
  readonly offset: number;

  constructor(problem: string, offset: number) {
    this.problem = problem;
    this.offset = offset;
  }
}

// Character codes: a parser that compares texts of one character is several times slower.
const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d];
const [minus, plus, point, zero, lowerE, upperE] = [0x2d, 0x2b, 0x2e, 0x30, 0x65, 0x45];
const isDigit = (code: number): boolean => code >= zero && code <= zero + 9;

/** A plain decimal of so many digits is the quotient of two exact doubles, and `String` writes it back. */
const exactDigits = 15;
const powersOfTen = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => 10 ** exponent);

/** `{"__proto__": …}` is a member like any other: an assignment would set the prototype. */
function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Reads one text from its beginning; each method stands at the first character of what it reads. */
export class JsonReader {
  readonly #text: string;
  #at = 0;
  #levels = 0;
  /** Of all that was read: space, and texts with an escape. */
  #loose = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.value();
    return this.isOver() ? value : this.#unexpected();
  }

  /** Does nothing but space follow? */
  isOver(): boolean {
    this.skipSpace();
    return this.#at === this.#text.length;
  }

  get at(): number {
    return this.#at;
  }

  /** Were neither space nor texts with an escape read so far? Then values stand there as `JSON.stringify` writes them, but for `JsonNumber`. */
  get isTight(): boolean {
    return this.#loose === 0;
  }

  /** The characters from there to here. */
  since(start: number): string {
    return this.#text.slice(start, this.#at);
  }

  /** Goes past one character, which the caller has looked at. */
  step(): void {
    this.#at += 1;
  }

  /** Goes past these characters, where they stand here. */
  take(characters: string): boolean {
    if (!this.#text.startsWith(characters, this.#at)) return false;
    this.#at += characters.length;
    return true;
  }

  #refuse(problem: string, offset = this.#at): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- caught in parseJson; an Error costs a stack trace a line
    throw new Refusal(problem, offset);
  }

  #unexpected(at = this.#at): never {
    const rest = this.#text.slice(at, at + 12);
    if (rest === '') this.#refuse('it ends too early', at);
    const word = /^-?(?:NaN|Infinity)/.exec(rest)?.[0];
    this.#refuse(
      word === undefined
        ? `unexpected ${JSON.stringify(rest)}`
        : `${word} is not a JSON number; write null for a missing value`,
      at,
    );
  }

  /** Goes to the next character that is no space, and gives it; NaN at the end. */
  skipSpace(): number {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09)
      code = text.charCodeAt((at += 1));
    if (at === start) return code;
    this.#at = at;
    this.#loose += 1;
    return code;
  }

  value(): unknown {
    const code = this.skipSpace();
    if (code === quote) return this.string();
    if (code === openObject) return this.#object();
    if (code === openList) return this.#list();
    if (code === minus || isDigit(code)) return this.#number();
    return this.#literal();
  }

  #literal(): boolean | null {
    for (const [word, value] of [['true', true] as const, ['false', false] as const, ['null', null] as const])
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    return this.#unexpected();
  }

  string(): string {
    const text = this.#text;
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; ; at += 1) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.#at = at + 1;
        if (!escaped) return text.slice(start + 1, at);
        this.#loose += 1;
        return this.#unescape(start);
      }
      if (code === backslash) {
        escaped = true;
        at += 1;
      } else if (!(code >= 0x20)) return this.#unexpected(Math.min(at, text.length));
    }
  }

  /** The string from `start` to here: unusual enough to be left to `JSON.parse`. */
  #unescape(start: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, this.#at)));
    } catch {
      const escape = /^"(?:[^\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/.exec(this.#text.slice(start, this.#at));
      return this.#unexpected(start + (escape?.[0].length ?? 0));
    }
  }

  #number(): number | JsonNumber {
    const text = this.#text;
    const start = this.#at;
    const negative = text.charCodeAt(start) === minus;
    const whole = negative ? start + 1 : start;
    let at = whole;
    let mantissa = 0;
    for (let code = text.charCodeAt(at); isDigit(code); code = text.charCodeAt((at += 1)))
      mantissa = mantissa * 10 + code - zero;
    const digits = at - whole;
    if (digits === 0) return this.#unexpected(negative ? start : at);
    if (digits > 1 && text.charCodeAt(whole) === zero)
      return this.#refuse('a JSON number has no leading zero; write it as text', start);
    let fraction = 0;
    if (text.charCodeAt(at) === point) {
      at += 1;
      const first = at;
      for (let code = text.charCodeAt(at); isDigit(code); code = text.charCodeAt((at += 1)))
        mantissa = mantissa * 10 + code - zero;
      fraction = at - first;
      if (fraction === 0) return this.#unexpected(at);
    }
    const end = this.#exponentEnd(at);
    this.#at = end;
    // `-0`, a last `.0`, an exponent, more digits than are exact, and decimals that `String` writes with an exponent.
    const plain =
      end === at &&
      digits + fraction <= exactDigits &&
      (fraction === 0 ? mantissa !== 0 || !negative : fraction < 7 && text.charCodeAt(end - 1) !== zero);
    if (!plain) return spelled(text.slice(start, end));
    const value = fraction === 0 ? mantissa : mantissa / powersOfTen[fraction]!;
    return negative ? -value : value;
  }

  /** Where the exponent at `at` ends; `at` where there is none. */
  #exponentEnd(at: number): number {
    const text = this.#text;
    const letter = text.charCodeAt(at);
    if (letter !== lowerE && letter !== upperE) return at;
    const sign = text.charCodeAt(at + 1);
    const first = sign === plus || sign === minus ? at + 2 : at + 1;
    let end = first;
    while (isDigit(text.charCodeAt(end))) end += 1;
    return end === first ? this.#unexpected(end) : end;
  }

  #enter(): void {
    this.#levels += 1;
    if (this.#levels > mostLevels) this.#refuse(`nested deeper than ${mostLevels} levels`);
    this.#at += 1;
  }

  #leave(): void {
    this.#levels -= 1;
    this.#at += 1;
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    this.#enter();
    if (this.skipSpace() !== closeList)
      for (;;) {
        list.push(this.value());
        const code = this.skipSpace();
        if (code === closeList) break;
        if (code !== comma) return this.#unexpected();
        this.#at += 1;
      }
    this.#leave();
    return list;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const start = this.#at;
    let members = 0;
    this.#enter();
    if (this.skipSpace() !== closeObject)
      for (;;) {
        if (this.skipSpace() !== quote) return this.#unexpected();
        const key = this.string();
        if (this.skipSpace() !== colon) return this.#unexpected();
        this.#at += 1;
        setMember(object, key, this.value());
        members += 1;
        const code = this.skipSpace();
        if (code === closeObject) break;
        if (code !== comma) return this.#unexpected();
        this.#at += 1;
      }
    // Counting once is cheaper than asking at each key.
    if (Object.keys(object).length !== members) return this.#refuseDouble(start);
    this.#leave();
    return object;
  }

  /** Reads the object at `start` again, up to the key that comes a second time. */
  #refuseDouble(start: number): never {
    const seen = new Set<string>();
    this.#at = start + 1;
    for (;;) {
      this.skipSpace();
      const offset = this.#at;
      const key = this.string();
      if (seen.has(key))
        return this.#refuse(`the key ${JSON.stringify(key.slice(0, 80))} ${keyTwice}`, offset);
      seen.add(key);
      this.skipSpace();
      this.#at += 1;
      this.value();
      this.skipSpace();
      this.#at += 1;
    }
  }
}

const spelled = (source: string): number | JsonNumber => {
  const value = Number(source);
  return String(value) === source ? value : new JsonNumber(source);
};

/**
 * JSON (RFC 8259) with two promises that `JSON.parse` does not make: a number keeps the spelling that its column may
 * want (`JsonNumber`), and an object with a key twice is refused, because one of the values would be lost. Every key is
 * an own member, `__proto__` too. At most 32 levels deep.
 *
 * @example parseJson('[9007199254740993]') // → {value: [new JsonNumber('9007199254740993')]}
 */
export function parseJson(text: string): JsonOutcome {
  try {
    return { value: new JsonReader(text).document() };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.problem, offset: error.offset };
    throw error;
  }
}
