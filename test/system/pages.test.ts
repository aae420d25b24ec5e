import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bin, fixture, repository } from '../cli/support.ts';
import type { Project } from './project.ts';
import { createProject, freePort } from './project.ts';

/**
 * The pages do what they say: their `sh` blocks are run by a shell, in order, in one folder. Of the tutorial, `yaml` blocks
 * that say "add to" a file are added to it, and each line of a `text` block has to be in what the block of commands before it
 * printed, but for figures. All other pages are read after it, in the project that it leaves behind; a block that cannot
 * run there has `<!-- not run: why -->` above it. What is shown in a `console` block is not run: that it can be typed is
 * test/conformance/hints.test.ts.
 */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Why it is not run. */
  readonly skipped: string | null;
}

function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(repository, 'docs', page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(({ 1: language = '', 2: block = '', index }) => ({
    language,
    text: block,
    line: text.slice(0, index).split('\n').length,
    skipped: /<!-- not run: (.+) -->\s*$/.exec(text.slice(0, index))?.[1] ?? null,
  }));
}

/** What the pages call that this machine need not have, and nothing of it outside the folder: npm's registry, the web, a crontab. */
const stand: Readonly<Record<string, string>> = {
  npm: '#!/bin/sh\nexit 0\n',
  aieng: `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`,
  npx: `#!/bin/sh\n[ "$1" = aieng ] && shift\nexec "${process.execPath}" "${bin}" "$@"\n`,
  crontab:
    '#!/bin/sh\nt="$AIENG_TEST_HOME/crontab"\ncase "$1" in\n-l) if [ -f "$t" ]; then cat "$t"; else echo "no crontab for nobody" >&2; exit 1; fi ;;\n-r) rm -f "$t" ;;\n*) cat "${1:--}" >"$t" ;;\nesac\n',
};

let project: Project;
let port = '';
beforeAll(async () => {
  const files = Object.entries(stand).map(([name, text]) => [`bin/${name}`, text] as const);
  project = createProject(Object.fromEntries(files));
  for (const name of Object.keys(stand)) chmodSync(join(project.folder, 'bin', name), 0o755);
  port = String(await freePort());
});
afterAll(async () => {
  await execa(process.execPath, [bin, 'stop', 'customers'], {
    cwd: join(project.folder, 'churn'),
    reject: false,
  });
});

/** A block of commands; what it printed, both ways. */
const shell = (script: string, cwd: string): Promise<{ all: string; exitCode?: number }> =>
  execa('sh', ['-e', '-c', script], {
    cwd,
    all: true,
    reject: false,
    env: {
      PATH: `${join(project.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      AIENG_TEST_HOME: project.folder,
      HOME: project.folder,
      CI: '',
      NO_COLOR: '1',
    },
  });

/** Figures and line breaks are of the day and of the terminal. */
const worded = (text: string): string =>
  text
    .replaceAll(/\d+(?:[.,:]\d+)*/g, '0')
    .replaceAll(/\s+/g, ' ')
    .trim();

it('the tutorial, command by command', async () => {
  let cwd = project.folder;
  let said = '';
  for (const { language, text, line } of blocksOf('tutorial.md')) {
    const where = `docs/tutorial.md:${line}`;
    if (language === 'yaml') {
      const [, file = ''] = /^# add to (\S+)\n/.exec(text) ?? [];
      expect(file, `${where} names its file`).not.toBe('');
      project.write(join('churn', file), readFileSync(join(cwd, file), 'utf8') + text.replace(/^.*\n/, '\n'));
    }
    if (language === 'text')
      for (const shown of text.trim().split(/\n(?!\s{3}|looking)/))
        expect(worded(said), where).toContain(worded(shown));
    if (language !== 'sh') continue;
    const script = text
      .replaceAll('localhost:8080', `localhost:${port}`)
      .replace(/^curl .*raw\.githubusercontent\.com.*$/m, `cp "${fixture('telco-churn.csv')}" telco.csv`);
    const { all, exitCode } = await shell(script, cwd);
    expect(exitCode, `${where}\n${all}`).toBe(0);
    said = all;
    if (/\bmkdir churn\b/.test(script)) cwd = join(project.folder, 'churn');
    if (/aieng init/.test(script)) {
      const pipeline = join(cwd, 'pipelines', 'customers.yaml');
      project.write(
        'churn/pipelines/customers.yaml',
        readFileSync(pipeline, 'utf8').replace('port: 8080', `port: ${port}`),
      );
    }
  }
}, 600_000);

const pages = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((page) => page.endsWith('.md') && !/^(api|decisions)\//.test(page) && page !== 'tutorial.md')
  .sort();
const commands = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language, skipped }) => language === 'sh' && skipped === null)
    .map(({ text, line }) => [`docs/${page}:${line}`, text] as const),
);

it.each(pages)('%s says of each block of commands that it is one', (page) => {
  const unnamed = blocksOf(page).filter(
    ({ language, text }) => !['sh', 'console', 'text'].includes(language) && /^(?:npx )?aieng /m.test(text),
  );
  expect(unnamed).toEqual([]);
});

it.each(commands)(
  '%s, in the project of the tutorial',
  async (where, script) => {
    // Pages of reference call the pipeline churn.
    const meant = script
      .replaceAll(/\bchurn(?=@|\b(?!\/|-|\.))/g, 'customers')
      .replaceAll('localhost:8080', `localhost:${port}`);
    const { all, exitCode } = await shell(meant, join(project.folder, 'churn'));
    expect(exitCode, `${where}\n${all}`).toBe(0);
  },
  120_000,
);
