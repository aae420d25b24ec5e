import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { csvOf, customers, customersPipeline, openTestProject } from '../../src/cascade/testing.fixture.ts';
import type { Context } from '../../src/project/context.ts';
import { markRun } from '../../src/project/tried/mark.ts';
import { writeRun } from '../../src/tracking/runs/runs.ts';
import { run } from '../../src/verbs/run/run.ts';
import { places } from '../../src/verbs/ui/routes.ts';
import { ui } from '../../src/verbs/ui/ui.ts';

const executablePath = '/usr/bin/chromium';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What no value may do: become markup, hide, or make a page of its own size. */
const hostile = `<img src=x onerror="document.title='taken'">&"'\u0000\u0007\u202e${'long '.repeat(2000)}`;

const closing: (() => Promise<void>)[] = [];
let browser: Browser;

/** Opens the pages over a store in a browser that came by the printed address. */
async function opened(context: Context): Promise<{ page: Page; url: string }> {
  const ended = new AbortController();
  const address = await new Promise<string>((resolve, reject) => {
    const done = ui(
      { ...context, signal: ended.signal },
      { host: '127.0.0.1', port: 0, write: true, onAddress: (url, first) => first && resolve(url) },
    );
    done.catch(reject);
    closing.push(async () => {
      ended.abort();
      await done;
    });
  });
  const page = await (await browser.newContext()).newPage();
  await page.goto(address);
  return { page, url: new URL(address).origin };
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
  return found as string[];
}

const wide = ['light', 1440] as const;
const phone = ['dark', 390] as const;

/** Looks at pages: nothing is wrong with them for axe, and they fit the screen. */
async function look(
  page: Page,
  url: string,
  paths: readonly string[],
  looks: readonly (readonly [colorScheme: 'light' | 'dark', width: number])[],
): Promise<void> {
  for (const [colorScheme, width] of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 844 });
    for (const path of paths) {
      const answer = await page.goto(`${url}${path}`);
      expect([path, answer?.status()]).toEqual([path, 200]);
      expect([path, await violations(page)]).toEqual([path, []]);
      expect([path, await page.evaluate('document.documentElement.scrollWidth > innerWidth')]).toEqual([
        path,
        false,
      ]);
      expect(await page.title()).not.toBe('taken');
    }
  }
}

const paths = places.map(({ path }) => path);
const files = { 'data/customers.csv': csvOf(customers(0, 400)), 'pipelines/left.yaml': customersPipeline() };

describe.skipIf(!existsSync(executablePath))('the pages in Chromium', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    for (const close of closing.splice(0)) await close();
    await browser.close();
  });

  it('an empty store says what to do next', async () => {
    const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() });
    const { page, url } = await opened(context);
    await look(page, url, [...paths, '/runs/compare', '/runs/draw'], [phone]);
    await page.goto(`${url}/runs`);
    expect(await page.textContent('main')).toContain('aieng run');
  });

  it('a store with runs, one of them with hostile values, is shown as it is, and changed where a person confirms', async () => {
    const { context } = await openTestProject(files);
    await run(context, { to: 'package', waitMs: 0 });
    const [made] = await context.store.recordIds('run');
    await writeRun(context, {
      runId: `${made ?? ''}Z`,
      command: 'retrain',
      pipeline: 'left',
      startedAt: 1_764_400_000_000,
      outcome: hostile,
      stages: [{ name: 'train', state: 'ran', reason: hostile, durationMs: 1 }],
      records: {},
      set: [{ key: 'model.mlp.epochs', value: hostile, instead: 8 }],
      facts: { [hostile]: hostile },
    });
    await markRun(context, { id: made ?? '' }, { action: 'tag', tags: ['paper'] });
    const { page, url } = await opened(context);
    await page.goto(`${url}/lineage`);
    const bundle = (await page.getAttribute('a[href^="/lineage/"]', 'href')) ?? '';
    await look(
      page,
      url,
      [
        ...paths,
        `/runs/${made ?? ''}`,
        `/runs/${made ?? ''}Z`,
        `/runs/compare?run=${made ?? ''}`,
        '/runs/draw',
        bundle,
      ],
      [wide, phone],
    );

    await page.goto(`${url}${bundle}`);
    await page.locator('svg a', { hasText: 'bundle' }).focus();
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#bundle');

    await page.goto(`${url}/runs/${made ?? ''}`);
    await page.locator('summary', { hasText: 'Note something' }).click();
    await page.fill('textarea[name="note"]', '<b>of the talk</b>');
    await page.locator('button', { hasText: 'Write the note' }).click();
    expect(await page.textContent('main')).toContain('<b>of the talk</b>');

    await page.goto(`${url}/runs`);
    await page.keyboard.press('/');
    await page.keyboard.type('nothing like it');
    await page.locator('text=No run fits').waitFor();
    expect(page.url()).toContain('text=nothing');
  });

  it('nothing of a printed report or page is cut off at the border of the paper', async () => {
    const { context } = await openTestProject(files);
    await run(context, { to: 'package', waitMs: 0 });
    const { page, url } = await opened(context);
    await page.emulateMedia({ media: 'print' });
    const report = `file://${context.root}/.aieng/reports/left-training.html`;
    // Letter and A4 at 96 dots an inch.
    for (const width of [816, 794]) {
      await page.setViewportSize({ width, height: 1123 });
      for (const address of [report, ...paths.map((path) => `${url}${path}`)]) {
        await page.goto(address);
        const beyond = await page.$$eval(
          'svg:not([hidden]), table, p, h1, h2, h3',
          (parts, most) =>
            parts.flatMap((part) =>
              part.getBoundingClientRect().right > most ? [part.outerHTML.slice(0, 120)] : [],
            ),
          width,
        );
        expect([address, beyond]).toEqual([address, []]);
      }
    }
  });

  it('runs drawn over axes are wanted by drawing along one, or by typing; a row lights its line up', async () => {
    const { context } = await openTestProject(files);
    for (const epochs of [2, 6])
      await run(context, {
        to: 'package',
        waitMs: 0,
        set: ['model.family=mlp', `model.mlp.epochs=${epochs}`],
      });
    const { page, url } = await opened(context);
    await page.goto(`${url}/runs/draw`);
    const axis = page.locator('rect[data-axis="model.mlp.epochs"]');
    expect(await page.locator('.parallel .lines a').count()).toBe(2);
    const row = page.locator('tr[data-run]').first();
    await row.locator('a').focus();
    const run1 = (await row.getAttribute('data-run')) ?? '';
    expect(await page.locator('.parallel a.lit').getAttribute('data-run')).toBe(run1);

    await axis.scrollIntoViewIfNeeded();
    const box = await axis.boundingBox();
    if (box === null) throw new Error('the axis is not shown');
    const [x, top] = [box.x + box.width / 2, box.y];
    await page.mouse.move(x, top + 5);
    await page.mouse.down();
    await page.mouse.move(x, top + box.height / 2);
    await page.mouse.up();
    await page.locator('text=1 of 2 runs lie').waitFor();
    expect(new URL(page.url()).searchParams.get('least:model.mlp.epochs')).toBe('4');
    expect(await page.locator('.parallel .lines a').count()).toBe(1);
    await look(page, url, [new URL(page.url()).pathname + new URL(page.url()).search], [wide, phone]);

    const least = page.getByLabel('mlp.epochs, at least');
    await least.focus();
    await least.fill('1');
    await page.locator('text=2 of 2 runs lie').waitFor();
    expect(await least.evaluate('document.activeElement.name')).toBe('least:model.mlp.epochs');
  });
});
