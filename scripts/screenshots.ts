/**
 * `node --import tsx scripts/screenshots.ts <printed address> [folder]`: photographs every page of a running `aieng ui` at two
 * sizes, light and dark, with Chromium, and says what axe finds wrong with them. The pictures of docs/ui are made of a
 * real project by it.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';

const [, , address, folder = 'docs/ui'] = process.argv;
if (address === undefined) throw new Error('Give the address that `aieng ui` printed.');
const url = new URL(address).origin;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const sizes = { wide: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const schemes = (process.env['SCHEMES'] ?? 'light,dark')
  .split(',')
  .map((word) => (word === 'dark' ? 'dark' : 'light'));

/** The first address on a page that begins so. */
async function linkOn(page: Page, path: string, begins: string): Promise<string | null> {
  await page.goto(`${url}${path}`);
  const links = await page.locator(`a[href^="${begins}"]`).all();
  return links[0] === undefined ? null : links[0].getAttribute('href');
}

/** Rules that a page breaks, in words. */
async function broken(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger: the policy of the page lets no script in.
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{
    violations: { id: string; help: string; nodes: { html: string }[] }[];
  }>('axe.run(document)');
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help} (${nodes.length}, ${nodes[0]?.html.slice(0, 160) ?? ''})`,
  );
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
mkdirSync(folder, { recursive: true });
try {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  const bar = await page.locator('nav[aria-label="Pages"] a').all();
  const places = await Promise.all(bar.map(async (link) => (await link.getAttribute('href')) ?? '/'));
  const run = await linkOn(page, '/runs', '/runs/0');
  const bundle = await linkOn(page, '/lineage', '/lineage/');
  const pages = [
    ...places,
    ...(run === null ? [] : [run, `/runs/compare?run=${run.slice('/runs/'.length)}`, '/runs/draw']),
    ...(bundle === null ? [] : [bundle]),
  ];
  for (const scheme of schemes)
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(viewport);
      for (const path of pages) {
        await page.goto(`${url}${path}`);
        const name =
          path === run
            ? 'run'
            : path === bundle
              ? 'bundle'
              : path.split('?')[0]!.slice(1).replaceAll('/', '-') || 'overview';
        await page.screenshot({
          path: join(folder, `${name}-${size}-${scheme}.png`),
          fullPage: process.env['WHOLE'] === '1',
        });
        for (const problem of await broken(page)) console.log(`${path} ${size} ${scheme}: ${problem}`);
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (wide > 0) console.log(`${path} ${size} ${scheme}: ${wide} pixels wider than the screen`);
      }
    }
} finally {
  await browser.close();
}
