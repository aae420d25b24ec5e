import { dataError } from '../../../errors.ts';
import type { Finding } from '../../recognise/finding.ts';

/** The names of columns as they are called, and what was done about those that were none. */
export interface ColumnNames {
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
}

const told = (what: string, line: number, example: string | null = null): Finding => ({
  key: null,
  value: null,
  what,
  line,
  example,
});

/**
 * Spaces around names, which are left out. A header whose names all have one behind the delimiter (`a, b, c`) is only written
 * so.
 */
export function paddedNames(written: readonly string[], line: number): readonly Finding[] {
  const bare = written.map((name) => name.replace(/^\ufeff+/, ''));
  const padded = bare.filter((name) => name !== name.trim() && name.trim() !== '');
  const isWrittenSo =
    bare.length > 1 && bare.every((name, at) => name === name.trimEnd() && /^\s/.test(name) === at > 0);
  if (padded.length === 0 || isWrittenSo) return [];
  const shown = padded.slice(0, 5).map((name) => `${JSON.stringify(name)} → ${name.trim()}`);
  return [told(`Spaces around names are left out: ${shown.join(', ')}.`, line)];
}

/** A name that no other column has: `a`, `a_2`, `a_3`. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${name}_${number}`)) return `${name}_${number}`;
}

/**
 * One name for each column, each another: what has no name is called `column_<n>`, what has the name of a column before
 * it gets a number. The same header always gives the same names.
 *
 * @throws data error (exit 3) for a name that holds a NUL character.
 */
export function columnNames(written: readonly string[], displayPath: string, line: number): ColumnNames {
  const bare = written.map((name) => name.replace(/^\ufeff+/, ''));
  const bad = bare.findIndex((name) => name.includes('\u0000'));
  if (bad !== -1)
    throw dataError({
      code: 'invalid-header',
      message: `${displayPath}:${line}: the name of column ${bad + 1} has a NUL character.`,
      hint: 'Export the file again as text.',
      at: { file: displayPath, line },
    });
  const firsts = new Set(bare.filter((name) => name !== ''));
  const taken = new Set<string>();
  const [unnamed, repeated]: string[][] = [[], []];
  const names = bare.map((name, at) => {
    // A number is never given that another column has by right.
    const own = name === '' ? freeName(`column_${at + 1}`, new Set([...taken, ...firsts])) : name;
    const free = taken.has(own) ? freeName(own, new Set([...taken, ...firsts])) : own;
    if (name === '') unnamed!.push(free);
    else if (free !== name) repeated!.push(`${JSON.stringify(name)} → ${free}`);
    taken.add(free);
    return free;
  });
  return {
    names,
    findings: [
      ...(unnamed!.length === 0
        ? []
        : [told(`Columns without a name are called ${unnamed!.slice(0, 5).join(', ')}.`, line)]),
      ...(repeated!.length === 0
        ? []
        : [told(`Names that stand there twice get a number: ${repeated!.slice(0, 5).join(', ')}.`, line)]),
    ],
  };
}
