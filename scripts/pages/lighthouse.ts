/**
 * `npm run long -- lighthouse [project]`: what Lighthouse 12 says of the accessibility of every page, light and dark, on a phone and on a
 * desk, in real Chromium. Lighthouse is no package of this one: npm fetches it into a cache, once. Fails below 95.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { pagePlaces } from './places.ts';
import { makeProject, stopProject } from './project.ts';
import { servePages } from './serve.ts';

const version = '12.8.2';
const least = 95;
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/lighthouse');
const program = path.join(cache, 'node_modules/lighthouse/core/index.js');

interface Audit {
  readonly score: number | null;
  readonly title: string;
}
interface Told {
  readonly lhr: {
    readonly categories: { readonly accessibility: { readonly score: number | null } };
    readonly audits: Readonly<Record<string, Audit>>;
    readonly runtimeError?: { readonly message: string };
  };
}
type Lighthouse = (url: string, flags: object, config: object) => Promise<Told>;

function fetched(): boolean {
  if (existsSync(program)) return true;
  mkdirSync(cache, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', cache];
  return spawnSync('npm', ['install', ...flags, `lighthouse@${version}`], { stdio: 'inherit' }).status === 0;
}

/** A free port of this machine. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });

/** Chromium that wants pages light or dark, and can be told what to do at a port. */
async function startChromium(scheme: 'light' | 'dark') {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'aieng-lighthouse-'));
  const child = spawn(
    chromium,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`],
      `--remote-debugging-port=${port}`,
      `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`,
      'about:blank',
    ],
    { stdio: 'ignore' },
  );
  for (let tries = 0; tries < 300; tries += 1) {
    const there = await fetch(`http://127.0.0.1:${port}/json/version`).then(
      () => true,
      () => false,
    );
    if (there) break;
    await sleep(100);
  }
  return {
    port,
    end: async () => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await closed;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const phone = { mobile: true, width: 390, height: 844, deviceScaleFactor: 1, disabled: false };
const desk = { mobile: false, width: 1280, height: 800, deviceScaleFactor: 1, disabled: false };
const config = (screenEmulation: typeof phone): object => ({
  extends: 'lighthouse:default',
  settings: {
    onlyCategories: ['accessibility'],
    formFactor: screenEmulation.mobile ? 'mobile' : 'desktop',
    screenEmulation,
    throttlingMethod: 'provided',
    // Pages hear of changes as long as they are open: the network is never quiet.
    maxWaitForLoad: 6000,
    disableStorageReset: true,
  },
});

async function judge(project: string): Promise<void> {
  const module: unknown = await import(pathToFileURL(program).href);
  const { default: lighthouse } = module as { default: Lighthouse };
  const served = await servePages(project);
  let lowest = 100;
  let judged = 0;
  try {
    const url = new URL(served.address).origin;
    const entered = await fetch(served.address, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const read = async (at: string): Promise<string> =>
      (await fetch(`${url}${at}`, { headers: { cookie } })).text();
    const pages = await pagePlaces(read);
    console.log(`page          light phone  light desk  dark phone  dark desk`);
    const scores = new Map<string, number[]>();
    for (const scheme of ['light', 'dark'] as const) {
      const browser = await startChromium(scheme);
      try {
        for (const { name, path: at } of pages)
          for (const screen of [phone, desk]) {
            const flags = { port: browser.port, logLevel: 'error', extraHeaders: { Cookie: cookie } };
            const { lhr } = await lighthouse(`${url}${at}`, flags, config(screen));
            if (lhr.runtimeError !== undefined) throw new Error(`${name}: ${lhr.runtimeError.message}`);
            const score = Math.round((lhr.categories.accessibility.score ?? 0) * 100);
            scores.set(name, [...(scores.get(name) ?? []), score]);
            lowest = Math.min(lowest, score);
            judged += 1;
            for (const { score: each, title } of Object.values(lhr.audits))
              if (each !== null && each < 1) console.log(`${name} ${scheme} ${screen.width}: ${title}`);
          }
      } finally {
        await browser.end();
      }
    }
    for (const [name, of] of scores)
      console.log(`${name.padEnd(12)} ${of.map((score) => String(score).padStart(11)).join('')}`);
  } finally {
    await served.end();
  }
  console.log(`Lighthouse ${version}: ${judged} looks at pages, accessibility at least ${lowest} of 100`);
  if (lowest < least) process.exitCode = 1;
}

const [, , given] = process.argv;
if (!existsSync(chromium)) console.log(`Skipped: there is no Chromium at ${chromium}.`);
else if (!fetched()) console.log(`Skipped: npm cannot fetch lighthouse ${version} here.`);
else {
  const project = given ?? (await makeProject((text) => console.error(text)));
  await judge(project);
  if (given === undefined) await stopProject(project);
}
