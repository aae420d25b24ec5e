/**
 * `node --import tsx scripts/screenshots.ts [project] [folder]`: photographs every page of `aieng ui`, and the reports, at two
 * sizes, light and dark, with Chromium, and says what axe finds wrong with them and what is wider than the screen. The
 * project is made by the built commands where none is given (scripts/pages/project.ts). The pictures of docs/ui are made so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { pagePlaces } from './pages/places.ts';
import { makeProject, stopProject } from './pages/project.ts';
import { servePages } from './pages/serve.ts';

const [, , given, folder = 'docs/ui'] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** `ONLY=run,draw`: these alone; `WHOLE=1`: from top to bottom. */
const only = process.env['ONLY']?.split(',');
const fullPage = process.env['WHOLE'] === '1';

const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ['light', 'dark'] as const;

const reports = {
  'report-training': 'churn-training.html',
  'report-trainings': 'training/churn/index.html',
  'report-validation': 'penguins-mass-validation.html',
  'report-validations': 'validation/penguins-mass/index.html',
  'report-monitor': 'penguins-mass-monitor.html',
  'report-looks': 'monitor/churn/index.html',
  'report-retrain': 'churn-retrain.html',
  'report-residuals': 'penguins-mass-training.html',
};

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

/** Makes the pictures smaller by a palette, where pngquant is there; one that would look otherwise stays as it is. */
function compress(pictures: string): void {
  const files = readdirSync(pictures).filter((name) => name.endsWith('.png'));
  const options = ['--ext=.png', '--force', '--strip', '--skip-if-larger', '--speed=1', '--quality=90-100'];
  const { error } = spawnSync('pngquant', [...options, '--', ...files], { cwd: pictures, stdio: 'ignore' });
  if (error !== undefined) console.log('pngquant is not there: the pictures are three times as large.');
}

const project = given ?? (await makeProject((text) => console.error(text)));
const served = await servePages(project);
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let problems = 0;
try {
  const url = new URL(served.address).origin;
  const page = await (await browser.newContext()).newPage();
  await page.goto(served.address);
  const read = async (at: string): Promise<string> => {
    await page.goto(`${url}${at}`);
    return page.content();
  };
  const pages = [
    ...(await pagePlaces(read)).map(({ name, path: at }) => ({ name, at: `${url}${at}` })),
    ...Object.entries(reports).flatMap(([name, file]) => {
      const at = path.join(project, '.aieng/reports', file);
      return existsSync(at) ? [{ name, at: pathToFileURL(at).href }] : [];
    }),
  ].filter(({ name }) => only === undefined || only.includes(name));
  if (only === undefined) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of schemes)
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      for (const { name, at } of pages) {
        await page.goto(at);
        // What takes long comes by itself.
        while (
          await page.evaluate<boolean>('/being (?:measured|asked)|asking …/.test(document.body.innerText)')
        )
          await page.waitForTimeout(200);
        await page.screenshot({ path: path.join(folder, `${name}-${size}-${colorScheme}.png`), fullPage });
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        const found = [
          ...(await broken(page)),
          ...(wide > 0 ? [`${wide} pixels wider than the screen`] : []),
        ];
        problems += found.length;
        for (const problem of found) console.log(`${name} ${size} ${colorScheme}: ${problem}`);
      }
    }
  compress(folder);
  console.log(
    `${pages.length} pages, ${sizes.phone.width} and ${sizes.wide.width} pixels, ${problems} problems`,
  );
} finally {
  await browser.close();
  await served.end();
  if (given === undefined) await stopProject(project);
}
process.exitCode = problems === 0 ? 0 : 1;
