import { isUtf8 } from 'node:buffer';
import { badField, badRequest } from './problem.ts';

/** Nothing that a protocol accepts is nested deeper than a few levels; a bound protects every later walk. */
const maxDepth = 32;

type Expecting = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd';

/** Offset after the string that starts at `at` (a quote), or the negative of the offending offset minus one. */
function scanString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return -i - 1;
    if (code !== 0x5c) continue;
    i += 1;
    const escape = text[i] ?? '';
    if (escape === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) return -i - 1;
      i += 4;
    } else if (!'"\\/bfnrt'.includes(escape) || escape === '') return -i - 1;
  }
  return -text.length - 1;
}

/** Offset after the literal or number at `at`, or `at` itself where there is none. */
function scanAtom(text: string, at: number): number {
  const atom = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  atom.lastIndex = at;
  return atom.test(text) ? atom.lastIndex : at;
}

interface Scan {
  at: number;
  expecting: Expecting;
  readonly open: ('{' | '[')[];
}

/** A string, number, literal or opening bracket where a value or key is expected. False: none, at `scan.at`. */
function scanValue(text: string, char: string, scan: Scan): boolean {
  const keyExpected = scan.expecting === 'key' || scan.expecting === 'keyOrEnd';
  if (char === '"') {
    const end = scanString(text, scan.at);
    scan.at = end < 0 ? -end - 1 : end;
    scan.expecting = keyExpected ? 'colon' : 'commaOrEnd';
    return end >= 0;
  }
  if (keyExpected) return false;
  if (char === '{' || char === '[') {
    scan.open.push(char);
    scan.expecting = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
    scan.at += 1;
    return true;
  }
  const end = scanAtom(text, scan.at);
  const found = end > scan.at;
  scan.at = end;
  scan.expecting = 'commaOrEnd';
  return found;
}

/** One token; false where `scan.at` is the first character that fits nowhere. */
function scanToken(text: string, char: string, scan: Scan): boolean {
  const container = scan.open.at(-1);
  const { expecting } = scan;
  if (expecting === 'commaOrEnd' && container === undefined) return false;
  const mayClose = expecting === 'valueOrEnd' || expecting === 'keyOrEnd' || expecting === 'commaOrEnd';
  if (mayClose && char === (container === '{' ? '}' : ']')) {
    scan.open.pop();
    scan.expecting = 'commaOrEnd';
  } else if (expecting === 'commaOrEnd') {
    if (char !== ',') return false;
    scan.expecting = container === '{' ? 'key' : 'value';
  } else if (expecting === 'colon') {
    if (char !== ':') return false;
    scan.expecting = 'value';
  } else return scanValue(text, char, scan);
  scan.at += 1;
  return true;
}

/**
 * Offset of the first character that makes `text` no JSON (RFC 8259); its length where the end comes too early.
 * Without recursion, so that no nesting exhausts the stack. Only used on text that `JSON.parse` refused.
 */
export function jsonErrorOffset(text: string): number {
  const scan: Scan = { at: 0, expecting: 'value', open: [] };
  for (;;) {
    while (' \t\n\r'.includes(text[scan.at] ?? '-')) scan.at += 1;
    const char = text[scan.at];
    if (char === undefined || !scanToken(text, char, scan)) return Math.min(scan.at, text.length);
  }
}

function describeJsonError(text: string): string {
  const offset = jsonErrorOffset(text);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - (before.lastIndexOf('\n') + 1) + 1;
  const place = `line ${line}, column ${column} (offset ${offset})`;
  if (offset >= text.length) return `The body is not valid JSON: it ends too early at ${place}.`;
  const found = /^-?(NaN|Infinity)/.exec(text.slice(offset, offset + 10));
  if (found !== null)
    return `The body is not valid JSON at ${place}: ${found[0]} is not a JSON number; send null for a missing value.`;
  return `The body is not valid JSON at ${place}: unexpected ${JSON.stringify(text.slice(offset, offset + 12))}.`;
}

/** A JSON pointer token (RFC 6901, section 3). */
export const pointerToken = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A JSON object (not null, not a list). */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuses keys that could reach an object's prototype, and nesting that no protocol has. */
function refuseTraps(root: unknown): void {
  const waiting: { value: object; path: string; depth: number }[] = [];
  const visit = (value: unknown, path: () => string, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > maxDepth) throw badField('', `nested deeper than ${maxDepth} levels`);
    waiting.push({ value, path: path(), depth });
  };
  visit(root, () => '', 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path, depth } = next;
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      items.forEach((item, i) => visit(item, () => `${path}/${i}`, depth + 1));
      continue;
    }
    for (const [key, member] of Object.entries(value)) {
      const at = (): string => `${path}/${pointerToken(key)}`;
      const reachesPrototype =
        key === '__proto__' ||
        (key === 'constructor' && isJsonObject(member) && Object.hasOwn(member, 'prototype'));
      if (reachesPrototype) throw badField(at(), `the key "${key}" is not allowed`);
      visit(member, at, depth + 1);
    }
  }
}

/**
 * A request body's JSON. Numbers too large for a double become Infinity, as in `JSON.parse`; the row check refuses
 * them with their place.
 *
 * @throws RequestProblem 400: not UTF-8, empty, not JSON (with line and column), keys such as `__proto__`, too deep.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw badRequest('The body is not valid UTF-8.');
  const decoded = bytes.toString('utf8');
  const text = decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded;
  if (text.trim() === '') throw badRequest('The body is empty; a JSON value was expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest(describeJsonError(text));
  }
  refuseTraps(value);
  return value;
}
