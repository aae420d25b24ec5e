import { describe, expect, it } from 'vitest';
import { verbs } from '../verbs/index.ts';
import { jsonReference } from './jsonReference.ts';

describe('docs/json.md', () => {
  it('has a section for every verb with a result; no two of a name, and every link leads to one', async () => {
    const page = await jsonReference();
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase());
    expect(headings).toEqual([...new Set(headings)]);
    for (const { name, result } of verbs)
      expect([name, headings.includes(name)]).toEqual([name, result !== undefined]);
    for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(anchor);
  });
});
