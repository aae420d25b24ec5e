import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Every `@example` in a docstring is run: `expression === value`, or `expression // → value` for values that are not
 * the same object. An example may use what its file exports and what its file imports from src; one that cannot be run
 * fails.
 */
const root = resolve(import.meta.dirname, '../..');

interface Example {
  readonly file: string;
  readonly text: string;
}

const examples: readonly Example[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
  .flatMap((name) => {
    const source = readFileSync(join(root, 'src', name), 'utf8');
    return [...source.matchAll(/^ *\* @example (.+(?:\n *\* (?![ @]*@).+)*)/gm)].map(([, text = '']) => ({
      file: join(root, 'src', name),
      text: text.replaceAll(/\n *\* /g, ' '),
    }));
  });

/** What an example may name: exports of its file, and of the files of src that it imports. */
async function scopeOf(file: string): Promise<Record<string, unknown>> {
  const source = readFileSync(file, 'utf8');
  const imported = [...source.matchAll(/^import [^;]*? from '(\.[^']+)';/gm)].map(([, path = '']) =>
    resolve(dirname(file), path),
  );
  const scope: Record<string, unknown> = {};
  for (const path of [...imported, file]) Object.assign(scope, await import(path));
  return scope;
}

describe('@example', () => {
  it('stands in docstrings', () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  it.each(examples.map(({ file, text }) => [relative(root, file), text, file] as const))(
    '%s: %s',
    async (_name, text, file) => {
      const scope = await scopeOf(file);
      const evaluate = (expression: string): unknown =>
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is our own docstring that is run
        new Function(...Object.keys(scope), `return (${expression});`)(...Object.values(scope));
      const [expression = '', value] = text.split(' // → ');
      if (value === undefined) expect(evaluate(expression)).toBe(true);
      else expect(evaluate(expression)).toEqual(evaluate(value));
    },
  );
});
