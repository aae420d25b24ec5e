import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { buildProgram, plainHelp } from '../../src/cli/program.ts';
import { nobody } from '../../src/cli/reference.ts';
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

/** What bash offers for the last of some words, sorted. */
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
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
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
    expect(await bashOffers(['aieng', 'retrain', '--no'])).toEqual(['--no-color', '--no-deploy']);
    expect(await bashOffers(['aieng', 'run', '--to', ''])).toEqual(['deploy', 'package']);
    expect(await bashOffers(['aieng', 'explain', 'g'])).toEqual(['gate']);
    expect(await bashOffers(['aieng', 'train', ''])).toEqual(['churn', 'prices']);
    expect(await bashOffers(['aieng', '--json', 'train', 'p'])).toEqual(['prices']);
  });

  it('offers what an option takes: its choices, files only where it is a file, else nothing', async () => {
    expect(await bashOffers(['aieng', 'deploy', '--to', ''])).toEqual(['container', 'kubernetes', 'local']);
    expect(await bashOffers(['aieng', 'schedule', 'churn', '--on', ''])).toEqual([
      'cron',
      'github',
      'kubernetes',
      'systemd',
    ]);
    expect(await bashOffers(['aieng', 'schedule', '--do', 'm'])).toEqual(['monitor', 'monitor,retrain']);
    expect(await bashOffers(['aieng', 'package', '--variant', ''])).toEqual(['full', 'serve']);
    expect(await bashOffers(['aieng', 'explain', 'gate', '--pipeline', ''])).toEqual(['churn', 'prices']);
    expect(await bashOffers(['aieng', 'deploy', '--port', ''])).toEqual([]);
    expect(await bashOffers(['aieng', 'deploy', '--namespace', ''])).toEqual([]);
    expect(await bashOffers(['aieng', 'deploy', '--compose', ''])).toEqual(['bin', 'pipelines']);
    expect(await bashOffers(['aieng', 'monitor', '--current', 'pip'])).toEqual(['pipelines']);
    expect(await bashOffers(['aieng', '-C', ''])).toEqual(['bin', 'pipelines']);
    expect(await bashOffers(['aieng', 'train', '--on'])).toEqual(['--only']);
  });

  it('knows which argument it is at', async () => {
    expect(await bashOffers(['aieng', 'train', 'churn', ''])).toEqual([]);
    expect(await bashOffers(['aieng', 'explain', 'gate', ''])).toEqual([]);
    expect(await bashOffers(['aieng', 'predict', ''])).toEqual(['bin', 'churn', 'pipelines', 'prices']);
    expect(await bashOffers(['aieng', 'predict', '-o', 'x.csv', 'churn', ''])).toEqual(['bin', 'pipelines']);
    expect(await bashOffers(['aieng', 'deploy', '--to', 'local', 'p'])).toEqual(['pipelines', 'prices']);
    expect(await bashOffers(['aieng', 'help', 'tr'])).toEqual(['train']);
  });

  it.each([
    ['zsh', "'--to[where it runs]:value:(local container kubernetes)'"],
    ['zsh', "'--compose[write a Compose file into this folder instead of deploying]:value:_files'"],
    ['zsh', "'1:word:_aieng_names'"],
    ['zsh', "'1:word:(stage gate drift prediction env)'"],
    [
      'fish',
      "complete -c aieng -n '__fish_seen_subcommand_from deploy' -l to -x -a 'local container kubernetes' -d 'where it runs'",
    ],
    ['fish', "-l compose -r -F -d 'write a Compose file"],
    ['fish', "-l port -x -d 'port to listen on"],
    ['fish', "complete -c aieng -n '__fish_seen_subcommand_from train' -a '(aieng __complete 2>/dev/null)'"],
  ])('%s says %s', async (shell, line) => {
    expect((await runCli(['completion', shell])).stdout).toContain(line);
  });

  it('an option takes a value for every command or for none: the scripts read a line without its command', () => {
    const taking = new Map<string, boolean>();
    for (const { options } of buildProgram(nobody, '', plainHelp).commands)
      for (const { long, required, optional } of options) {
        const takes = required || optional;
        expect([long, taking.get(long ?? '') ?? takes]).toEqual([long, takes]);
        taking.set(long ?? '', takes);
      }
  });

  it('asks which shell, with the choices', async () => {
    const { exitCode, stderr } = await runCli(['completion', 'tcsh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh or fish');
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
