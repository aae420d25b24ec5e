import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../cascade/testing.fixture.ts';
import { drawReport } from './reports.ts';

describe('a page of facts', () => {
  it('is drawn once for the same facts, again where they, the code or the page itself changed', async () => {
    let digest = 'first build';
    const stageCode = (): { digest: string; libraries: Record<string, string> } => ({
      digest,
      libraries: {},
    });
    const { context } = await openTestProject({}, { stageCode });
    let drawn = 0;
    let kept = 0;
    const draw = async (facts: object): Promise<string> => {
      const before = drawn;
      const path = await drawReport(context, 'left-training.html', facts, () => {
        drawn += 1;
        return Promise.resolve({
          newest: `<p>${JSON.stringify(facts)} ä</p>\n`,
          keep: () => {
            kept += 1;
            return Promise.resolve();
          },
        });
      });
      const page = readFileSync(resolve(context.environment.cwd, path), 'utf8');
      expect(page).toContain(`<p>${JSON.stringify(facts)} ä</p>`);
      expect(page.match(/<!--/g)).toHaveLength(1);
      return drawn > before ? path : 'stays';
    };
    const path = resolve(context.environment.cwd, await draw({ rows: 1 }));
    expect(await draw({ rows: 1 })).toBe('stays');
    expect(await draw({ rows: 2 })).not.toBe('stays');
    digest = 'second build';
    expect(await draw({ rows: 2 })).not.toBe('stays');
    expect(await draw({ rows: 2 })).toBe('stays');
    appendFileSync(path, '<p>edited</p>');
    expect(await draw({ rows: 2 })).not.toBe('stays');
    rmSync(path);
    expect(await draw({ rows: 2 })).not.toBe('stays');
    expect(drawn).toBe(5);
    expect(kept).toBe(5);
  });
});
