import type { Node, ParsedNode } from 'yaml';
import type { Problem } from './problems.ts';
import { pointerOf } from './problems.ts';

/** A position in a text, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed YAML or JSON text that still knows where everything stands. */
export interface ParsedDocument {
  readonly value: unknown;
  /** JSON pointer → where the value starts. */
  readonly values: Readonly<Record<string, Place>>;
  /** JSON pointer → where its key starts. */
  readonly keys: Readonly<Record<string, Place>>;
}

/** Larger files are not pipelines. */
export const largestDocument = 1_000_000;
const deepestNesting = 60;
const mostAliases = 100;

/** The YAML parser recurses, and its regular expressions grow with the depth: too deep a text must not reach it. */
function tooDeep(text: string): boolean {
  if (/^[\s?:-]{200}/m.test(text)) return true;
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    if (depth > deepestNesting) return true;
  }
  return false;
}

const hints: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces: replace the tab by two spaces.',
  DUPLICATE_KEY: 'Keep one of the two.',
  MULTIPLE_DOCS: 'One file holds one pipeline: take out the line "---".',
  TAG_RESOLVE_FAILED: 'Take the tag (the word after "!") out: pipelines hold plain values only.',
};

/** Thrown away where the text does not parse. */
export type DocumentResult =
  | { readonly ok: true; readonly document: ParsedDocument }
  | { readonly ok: false; readonly problems: readonly (Problem & { readonly place?: Place })[] };

const failed = (message: string, hint: string): DocumentResult => ({
  ok: false,
  problems: [{ pointer: '', on: 'value', message, hint, place: { line: 1, column: 1 } }],
});

/**
 * Parses YAML 1.2 (so JSON too) without surprises: no tags, no duplicate keys, no `__proto__`, few aliases, bounded
 * depth and size. Syntax errors come back as problems with their place.
 */
export async function parseDocumentText(text: string): Promise<DocumentResult> {
  if (text.length > largestDocument)
    return failed(
      `the file has ${text.length} characters, more than ${largestDocument}`,
      'Is it the right file?',
    );
  if (tooDeep(text))
    return failed(
      `the file nests deeper than ${deepestNesting} levels`,
      'Take levels out: no key is that deep.',
    );
  const { LineCounter, parseDocument } = await import('yaml');
  const counter = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // In JSON a tab is as good as a space; inside of strings JSON does not allow it.
  const isJson = /^\s*\{/.test(text);
  const source = isJson ? text.replaceAll('\t', ' ') : text;
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0)
    return {
      ok: false,
      problems: errors.map((error) => ({
        pointer: '',
        on: 'value',
        message: `not valid ${isJson ? 'JSON' : 'YAML'}: ${error.message}`,
        hint:
          hints[error.code] ??
          (isJson
            ? 'Correct the line: names and words in double quotes, a comma between two entries, every bracket closed.'
            : 'Correct the line; strings with ": " or "#" in them need quotes.'),
        place: placeOf(error.pos[0]),
      })),
    };
  const { values, keys, refused } = await placesIn(document.contents, placeOf);
  if (refused.length > 0) return { ok: false, problems: refused };
  try {
    return { ok: true, document: { value: document.toJS({ maxAliasCount: mostAliases }), values, keys } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return failed(`its aliases (*name) cannot be resolved: ${message}`, 'Write the values out instead.');
  }
}

interface Places {
  readonly values: Record<string, Place>;
  readonly keys: Record<string, Place>;
  readonly refused: (Problem & { readonly place: Place })[];
}

/** Walks the syntax tree, not through aliases: those stand where they are used. */
async function placesIn(
  contents: ParsedNode | Node | null,
  placeOf: (offset: number) => Place,
): Promise<Places> {
  const { isMap, isScalar, isSeq } = await import('yaml');
  const places: Places = { values: {}, keys: {}, refused: [] };
  const walk = (node: unknown, pointer: string): void => {
    if (isMap(node) || isSeq(node) || isScalar(node)) places.values[pointer] = placeOf(node.range?.[0] ?? 0);
    if (isSeq(node)) node.items.forEach((item, index) => walk(item, pointerOf(pointer, String(index))));
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const child = pointerOf(pointer, name);
      const place = placeOf(isScalar(key) ? (key.range?.[0] ?? 0) : 0);
      places.keys[child] = place;
      if (name === '__proto__')
        places.refused.push({
          pointer: child,
          on: 'key',
          message: 'the key __proto__ is refused',
          hint: 'Take it out: no column and no setting has this name.',
          place,
        });
      walk(value, child);
    }
  };
  walk(contents, '');
  return places;
}

/** Where a pointer stands, or the nearest thing around it that is written down. */
export function placeOfPointer(
  document: Pick<ParsedDocument, 'values' | 'keys'>,
  pointer: string,
  on: 'key' | 'value',
): Place {
  let at = pointer;
  let look = on;
  for (;;) {
    const found =
      look === 'key'
        ? (document.keys[at] ?? document.values[at])
        : (document.values[at] ?? document.keys[at]);
    if (found !== undefined) return found;
    if (at === '') return { line: 1, column: 1 };
    at = at.slice(0, at.lastIndexOf('/'));
    look = 'key';
  }
}
