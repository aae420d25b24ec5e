import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { asAiengError } from '../../errors.fixture.ts';
import { monitorReportKind, writeMonitorReport } from '../../tracking/monitorReports.ts';
import { readLooks, writeLook } from '../../tracking/runs/looks.ts';
import { earlierLook, writeBeside } from './earlierLook.ts';
import { tellLook } from './looks.ts';

const minute = 60_000;
const start = Date.UTC(2026, 10, 1, 12);

describe('the history of looks', () => {
  it('keeps looks by hand and changes, links each, shows two side by side, and writes no page a minute', async () => {
    const { context } = await openTestProject({});
    const folder = join(await context.store.folder('reports'), 'monitor', 'churn');
    const look = async (at: number, decision: 'calm' | 'alarm'): Promise<void> => {
      const report = { ...monitorReportKind.sample, at, decision, drift: [], alarms: [] };
      const id = context.environment.newId();
      await writeMonitorReport(context, 'churn', id, report);
      const page = (links: readonly (readonly [string, string])[]): string => JSON.stringify([at, links]);
      const newest = await tellLook(context, 'churn', id, report, 'log', page);
      expect(newest).toContain('churn-monitor.html');
      const text = readFileSync(join(folder, '../../churn-monitor.html'), 'utf8');
      expect(text).toContain(`${at},`);
      expect(text).toContain('monitor/churn/index.html');
    };
    await look(start, 'calm');
    const { id, content } = (await readLooks(context, 'churn', 1)).records[0]!;
    for (let n = 1; n < 24; n += 1)
      await writeLook(context, 'churn', `${id.slice(0, -2)}${n + 10}`, {
        ...content,
        at: start + n * minute,
        changed: null,
      });
    await look(start + 25 * minute, 'calm');
    await look(start + 26 * minute, 'alarm');
    await look(start + 27 * minute, 'alarm');
    const kept = (await readLooks(context, 'churn', 100)).records.map(({ content }) => content);
    // 24, and the one that changed.
    expect(kept).toHaveLength(25);
    expect(kept[0]).toMatchObject({ at: start + 26 * minute, changed: 'calm → alarm' });
    const pages = readdirSync(folder).filter((name) => name !== 'index.html');
    expect(pages.sort()).toEqual(['2026-11-01T12-00-00Z.html', '2026-11-01T12-26-00Z.html']);
    const index = readFileSync(join(folder, 'index.html'), 'utf8');
    for (const page of pages) expect(index).toContain(`href="${page}"`);
    const before = await earlierLook(context, 'churn', 'before');
    expect(before.at).toBe(start + 26 * minute);
    expect((await earlierLook(context, 'churn', '2026-11-01T12:00')).at).toBe(start);
    const gone = earlierLook(context, 'churn', '2026-11-01T12:05').catch((thrown: unknown) => thrown);
    expect(asAiengError(await gone).code).toBe('look-gone');
    const beside = await writeBeside(context, 'churn', before, { ...before, at: start + 30 * minute });
    expect(existsSync(join(folder, beside.slice(beside.lastIndexOf('/') + 1)))).toBe(true);
    const error = asAiengError(
      await earlierLook(context, 'churn', '2025').catch((thrown: unknown) => thrown),
    );
    expect(error.code).toBe('look-unknown');
    expect(error.message).toContain('2026-11-01T12-26-00Z');
  }, 60_000);
});
