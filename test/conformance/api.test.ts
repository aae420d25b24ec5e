import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What `npm run api` writes is held against the sources by CI; here, that no page is missing or left behind. */
const root = resolve(import.meta.dirname, '../..');
const source = readFileSync(join(root, 'src', 'index.ts'), 'utf8');
const exported = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
  .flatMap(([, names = '']) => names.split(','))
  .map((name) => name.trim())
  .filter((name) => name !== '');
const pages = readdirSync(join(root, 'docs', 'api'), { recursive: true, encoding: 'utf8' }).filter(
  (page) => page.endsWith('.md') && page !== 'index.md',
);

describe('docs/api', () => {
  it('has a page for each function and type that is exported, and no other', () => {
    expect(pages.map((page) => basename(page, '.md')).sort()).toEqual(exported.toSorted());
  });

  it('says on each page what it is about', () => {
    const bare = pages.filter((page) => {
      const [top = ''] = readFileSync(join(root, 'docs', 'api', page), 'utf8').split('\n## ');
      return !/\w+ \w+/.test(top.replace(/^# .*/, '').replaceAll(/^```\w*\n.*?^```$/gms, ''));
    });
    expect(bare).toEqual([]);
  });
});
