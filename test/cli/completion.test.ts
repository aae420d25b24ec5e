import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, runCli } from './support.ts';

const isInstalled = async (shell: string): Promise<boolean> =>
  (await execa(shell, ['--version'], { reject: false })).exitCode === 0;

/** A folder with `aieng` on the path, and a project with two pipelines. */
function project(): { cwd: string; path: string } {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'pipelines'));
  mkdirSync(join(cwd, 'bin'));
  for (const name of ['churn.yaml', 'prices.json', 'churn.schema.json', 'notes.txt']) {
    writeFileSync(join(cwd, 'pipelines', name), '');
  }
  writeFileSync(join(cwd, 'bin', 'aieng'), `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`, {
    mode: 0o755,
  });
  return { cwd, path: `${join(cwd, 'bin')}:${process.env['PATH'] ?? ''}` };
}

/** What bash offers for the last of some words. */
async function bashOffers(words: readonly string[]): Promise<string[]> {
  const { cwd, path } = project();
  const script = [
    'source <(aieng completion bash)',
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length - 1}`,
    '_aieng',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { stdout } = await execa('bash', ['-c', script], { cwd, env: { PATH: path } });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('aieng completion', () => {
  it('is a script that bash parses', async () => {
    const { stdout } = await runCli(['completion', 'bash']);
    const { exitCode, stderr } = await execa('bash', ['-n'], { input: stdout, reject: false });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each(['zsh', 'fish'])('is a script that %s parses, where it is installed', async (shell) => {
    const { exitCode, stdout } = await runCli(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const name of ['train', 'retrain', 'no-deploy', '__complete']) expect(stdout).toContain(name);
    expect(stdout).not.toContain('__supervise');
    // Quotes are balanced even where the shell is not there to say so.
    expect((stdout.replaceAll("'\\''", '').match(/'/g) ?? []).length % 2).toBe(0);
    if (!(await isInstalled(shell))) return;
    const check = await execa(shell, ['-n', '/dev/stdin'], { input: stdout, reject: false });
    expect(check.stderr).toBe('');
  });

  it('offers commands, options, choices, pipelines', async () => {
    expect(await bashOffers(['aieng', 'tr'])).toEqual(['train']);
    expect(await bashOffers(['aieng', 'retrain', '--no'])).toEqual(['--no-deploy', '--no-color']);
    expect(await bashOffers(['aieng', 'run', '--to', ''])).toEqual(['package', 'deploy']);
    expect(await bashOffers(['aieng', 'explain', 'g'])).toEqual(['gate']);
    expect(await bashOffers(['aieng', 'train', ''])).toEqual(['churn', 'prices']);
    expect(await bashOffers(['aieng', '--json', 'train', 'p'])).toEqual(['prices']);
  });

  it('asks which shell, with the choices', async () => {
    const { exitCode, stderr } = await runCli(['completion', 'tcsh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });
});

describe('aieng __complete', () => {
  it('names the pipelines from a folder below, and nothing outside of a project', async () => {
    const { cwd } = project();
    mkdirSync(join(cwd, 'data'));
    expect((await runCli(['__complete'], { cwd: join(cwd, 'data') })).stdout).toBe('churn\nprices\n');
    expect((await runCli(['__complete', '-C', cwd], { cwd: emptyFolder() })).stdout).toBe('churn\nprices\n');
    expect(await runCli(['__complete'], { cwd: emptyFolder() })).toMatchObject({ exitCode: 0, stdout: '' });
  });
});
