import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { OutputStream } from '../../src/cli/render/channel.ts';
import { verbs } from '../../src/verbs/index.ts';
import { emptyFolder, repository, runCli } from './support.ts';

const shown = verbs.filter((verb) => verb.group !== 'hidden');
const promised =
  'init ingest validate featurize train package deploy monitor retrain schedule run predict serve status rollback doctor explain completion';

/** What `aieng` of the sources writes to a pipe, in this process: a page of every command is asked for many times over. */
async function page(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts): OutputStream => ({
    write: (text, done) => {
      texts[name] += text;
      done();
      return true;
    },
    on: () => undefined,
  });
  const world = { argv: args, cwd: repository, variables, elapsed: () => performance.now() };
  const exitCode = await main({ ...world, stdout: stream('stdout'), stderr: stream('stderr') });
  return { exitCode, ...texts };
}

describe('aieng --help', () => {
  it('lists every command and no hidden one', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    for (const name of promised.split(' ')) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(stdout).not.toContain('__');
    expect(stdout).toContain('Examples:');
  });

  it('is what a bare `aieng` says', async () => {
    const [bare, help] = await Promise.all([runCli([]), runCli(['--help'])]);
    expect(bare).toEqual(help);
  });

  it('is what `aieng help` says; `aieng help train` is the page of train', async () => {
    const [help, list, train, own, here] = await Promise.all([
      runCli(['help']),
      runCli(['--help']),
      runCli(['help', 'train']),
      runCli(['train', '--help']),
      page(['train', '--help']),
    ]);
    expect(help).toEqual(list);
    expect(train).toEqual(own);
    expect(own).toMatchObject(here);
  });

  it('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    expect((await runCli(['--version'])).stdout).toBe(`${version}\n`);
  });

  it.each(shown.map(({ name }) => name))('%s has a page with an example and exit codes', async (name) => {
    const { exitCode, stdout, stderr } = await page([name, '--help']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Examples?:\n( {2}# .*\n)* {2}(source <\()?aieng /m);
    expect(stdout).toContain(`aieng ${name}`);
    expect(stdout).toContain('Exit codes:');
    expect(stdout).toContain('--json');
    expect(stdout).not.toMatch(/--(announce|instance|log-folder|model-version|body-limit-bytes|probe-token)/);
  });

  it.each([
    ['a pipe', {}, 80],
    ['a narrow terminal', { COLUMNS: '60' }, 60],
  ])('every page fits %s; only what is to be copied is never broken', async (_place, env, columns) => {
    for (const name of ['', ...shown.map((verb) => verb.name)]) {
      const { stdout } = await page(
        [name, '--help'].filter((word) => word !== ''),
        env,
      );
      expect(stdout).toContain('Usage: ');
      const wide = stdout.split('\n').filter((line) => line.length > columns);
      expect([name, ...wide.filter((line) => !/(^Usage: |^ {2}(\S+ .*)?aieng )/.test(line))]).toEqual([name]);
    }
  });

  const heavy = /node_modules\/(@tensorflow|@duckdb|ajv|fastify|csv-parse|chalk)|dist\/(yaml|typebox)-/;
  const ownRooms = /^src\/(cascade|project|tracking|modeling|data|serving|store)\//;

  /** Files of dist that a command opens, and the sources that lie in them (each begins with a comment that names it). */
  async function opened(args: readonly string[]): Promise<{ said: string; rooms: readonly string[] }> {
    const env = { NODE_DEBUG: 'esm,module' };
    const { stderr: said } = await runCli(args, { env, cwd: emptyFolder() });
    const files = new Set(said.match(/dist\/[\w-]+\.js/g));
    expect([...files]).toContain('dist/main.js');
    const sources = [...files].flatMap((file) => {
      const path = join(repository, file);
      return existsSync(path) ? (readFileSync(path, 'utf8').match(/(?<=^\/\/ )src\/.*/gm) ?? []) : [];
    });
    expect(sources).toContain('src/cli/main.ts');
    return { said, rooms: sources.filter((source) => ownRooms.test(source)) };
  }

  it.each([[['--help']], [['--version']], [['train', '--help']], [['trian']]])(
    '%j loads no heavy module and no room',
    async (args) => {
      const { said, rooms } = await opened(args);
      expect(said).not.toMatch(heavy);
      expect(rooms).toEqual([]);
    },
  );

  it('would notice: a command that works loads its rooms', async () => {
    const { said, rooms } = await opened(['status']);
    expect(said).toMatch(heavy);
    expect(rooms).not.toEqual([]);
  });
});
