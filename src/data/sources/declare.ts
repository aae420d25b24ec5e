import type { RowsFile } from '../source.ts';

/** How somebody may say something about a file. */
type Declarable = Pick<RowsFile, 'declarable'>;

const bare = /^[\w./-]+$/;
const shellWord = (value: string): string => (bare.test(value) ? value : JSON.stringify(value));
const yamlScalar = (value: string): string => (/^[\w.-]+$/.test(value) ? value : JSON.stringify(value));

/**
 * The one thing to do that says how a file is written: a key of the pipeline, a flag of the command, or null where there
 * is neither.
 *
 * @param key in snake_case, as the pipeline has it
 * @example declaring({ declarable: true }, 'encoding', 'latin-1')
 * // → 'set `source.encoding: latin-1` in the pipeline file'
 */
export function declaring({ declarable }: Declarable, key: string, value: string): string | null {
  if (declarable === false) return null;
  return declarable === true
    ? `set \`source.${key}: ${yamlScalar(value)}\` in the pipeline file`
    : `add \`--${key.replaceAll('_', '-')} ${shellWord(value)}\``;
}

/** A sentence begins with a capital letter. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/**
 * How a person reads a file that is in another encoding: by declaring it, where that can be, or by a command.
 *
 * @param from what `iconv` calls the encoding
 * @param declare what `declaring` says
 */
export function encodingAdvice(displayPath: string, from: string, declare: string | null): string {
  const convert = `\`iconv -f ${from} -t UTF-8 ${JSON.stringify(displayPath)} > utf-8.csv\``;
  return declare === null
    ? `Convert the file: ${convert}, and name the new one.`
    : `${sentence(declare)}, or convert the file: ${convert}.`;
}
