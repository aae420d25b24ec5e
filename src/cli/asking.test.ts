import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { interruptedError } from '../errors.ts';
import { openAsking } from './asking.ts';
import type { World } from './main.ts';
import { main } from './main.ts';
import type { OutputStream } from './render/channel.ts';

const rows = Array.from({ length: 60 }, (_, at) => `${at % 7},${at % 3 === 0 ? 'yes' : 'no'}`).join('\n');

/** `aieng …` before a terminal, or before less than one, with these lines typed. */
async function typed(
  lines: string,
  args: readonly string[],
  changes: { readonly no?: 'stdin' | 'stdout' | 'stderr'; readonly CI?: string } = {},
): Promise<{ exitCode: number; stderr: string; made: readonly string[] }> {
  const cwd = mkdtempSync(join(tmpdir(), 'aieng-asking-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'rows.csv'), `n,left\n${rows}\n`);
  let stderr = '';
  const stream = (name: 'stdout' | 'stderr'): OutputStream => ({
    isTTY: changes.no !== name,
    write: (text, done) => {
      if (name === 'stderr') stderr += text;
      done();
      return true;
    },
    on: () => undefined,
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: changes.no !== 'stdin' });
  stdin.end(lines);
  const world: World = {
    argv: ['init', '--from', 'rows.csv', ...args],
    cwd,
    variables: { NO_COLOR: '1', ...(changes.CI === undefined ? {} : { CI: changes.CI }) },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    stdin,
    elapsed: () => performance.now(),
  };
  const exitCode = await main(world);
  return { exitCode, stderr, made: readdirSync(cwd).filter((name) => name === 'pipelines') };
}

describe('a question at the terminal', () => {
  it('is answered by what is typed, also by lines that were typed before it was asked', async () => {
    const { exitCode, stderr, made } = await typed('lft\n\n2\n', []);
    expect(stderr).toMatch(
      /Which column of rows\.csv is to be predicted\?[\s\S]*Did you mean left\?[\s\S]*That cannot/,
    );
    expect([exitCode, made]).toEqual([0, ['pipelines']]);
  });

  it('that is not answered to the end of the input is an error with a way out', async () => {
    const { exitCode, stderr, made } = await typed('', []);
    expect(stderr).toContain('error: The input ended before the question was answered. Nothing was written.');
    expect(stderr).toContain('--yes');
    expect([exitCode, made]).toEqual([2, []]);
  });

  it.each<[string, readonly string[], Parameters<typeof typed>[2]]>([
    ['with --yes', ['--yes'], {}],
    ['with -y', ['-y'], {}],
    ['with --json', ['--json'], {}],
    ['with --quiet', ['--quiet'], {}],
    ['under CI', [], { CI: 'true' }],
    ['without a terminal to type at', [], { no: 'stdin' }],
    ['where the result is piped', [], { no: 'stdout' }],
    ['where what is said is piped', [], { no: 'stderr' }],
  ])('is not put %s', async (_how, args, changes) => {
    const { exitCode, stderr, made } = await typed('left\n', args, changes);
    expect(stderr).not.toContain('Which column');
    expect(stderr).toContain('--from needs --label');
    expect([exitCode, made]).toEqual([2, []]);
  });

  it('ends with the command: Ctrl-C waits for no answer, and nothing is asked after it', async () => {
    const stop = new AbortController();
    const stdin = new PassThrough();
    const written: string[] = [];
    const err = { write: (text: string) => void written.push(text), columns: () => 80 };
    const desk = { err } as unknown as Parameters<typeof openAsking>[0]['desk'];
    const ask = openAsking({ stdin, desk, signal: stop.signal });
    const answer = ask('Well? ');
    stop.abort(interruptedError());
    await expect(answer).rejects.toThrow(interruptedError());
    await expect(ask('And? ')).rejects.toThrow(interruptedError());
    expect(written).toEqual(['Well? ']);
  });

  it('fits the terminal: lines end between words, and answers are typed behind a blank', async () => {
    const stdin = new PassThrough();
    const written: string[] = [];
    const err = { write: (text: string) => void written.push(text), columns: () => 24 };
    const desk = { err } as unknown as Parameters<typeof openAsking>[0]['desk'];
    const ask = openAsking({ stdin, desk, signal: new AbortController().signal });
    stdin.end('b\n');
    await expect(
      ask('Which of these two is it?\n   1  a  the one that comes first\n   2  b\nName: '),
    ).resolves.toBe('b');
    expect(written.join('')).toBe(
      ['Which of these two is', 'it?', '   1  a  the one that', '   comes first', '   2  b', 'Name: '].join(
        '\n',
      ),
    );
  });
});
