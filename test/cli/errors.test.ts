import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, runCli, schemaErrors } from './support.ts';

describe('a mistake on the command line', () => {
  it.each([
    [['trian'], "Unknown command 'trian'", 'Did you mean `aieng train`?'],
    [['train', '--jsn'], "Unknown option '--jsn'", 'Did you mean --json?'],
    [['deploy', '--dry-rum'], "Unknown option '--dry-rum'", 'Did you mean --dry-run?'],
    [['--jsn', 'train'], "Unknown option '--jsn'", 'Did you mean --json?'],
    [['help', 'trian'], "Unknown command 'trian'", 'Did you mean `aieng train`?'],
    [
      ['deploy', '--to', 'contianer'],
      '--to is local, container or kubernetes',
      'Did you mean --to container?',
    ],
    [['schedule', '--on', 'corn'], '--on is cron, systemd, github or kubernetes', 'Did you mean --on cron?'],
    [['explain', 'gates'], 'The argument is stage, gate, drift, prediction or env', 'Did you mean gate?'],
    [
      ['predict', 'churn', '-o', 'x.csv'],
      "Missing required argument 'in'",
      'For example `aieng predict churn new.csv -o scored.csv`',
    ],
    [['predict', '-o', 'x.csv'], "Missing required argument 'bundle'", 'aieng predict --help'],
    [['predict', 'churn', 'x', '--merge', 'y', '-o', 'z'], '--merge takes no bundle', 'aieng predict --help'],
    [['predict', 'churn', 'x', '-o', 'y', '--shard', '/8'], 'A shard is i/n', 'aieng predict --help'],
    [['predict', '--merge', 'x', '-o', 'y', '--shard', '0/8'], 'cannot be used with', 'aieng predict --help'],
    [['predict', '--merge', 'x', '-o', 'y', '--log'], 'cannot be used with', 'aieng predict --help'],
    [['predict', 'churn', 'x', '-o', 'y', '--shard', '8/8'], 'no shard 8/8', '--shard 0/4'],
    [['predict', '--merge', 'x', '-o', 'y.csv'], 'no folder that can be read', '--shard i/n'],
    [['train', 'a', 'b'], 'Too many arguments', 'aieng train --help'],
    [['explain', 'wether'], 'stage, gate, drift, prediction or env', 'aieng explain --help'],
    [['serve', 'churn', '--port', '70000'], 'from 0 to 65535', 'aieng serve --help'],
    [['train', '--wait', 'soon'], 'seconds', 'aieng train --help'],
    [['train', '--quiet', '--verbose'], 'cannot be used with', 'aieng train --help'],
    [['package', '-o', '-'], 'would mix', '-o bundle.tar'],
  ])('%j is a usage error with a hint', async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await runCli(args, { cwd: emptyFolder() });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stderr).not.toMatch(/^\s+at .*\.js/m);
  });

  it('`-o -` with --json is refused before anything is done', async () => {
    const { exitCode, json } = await runCli(['predict', 'churn', 'x.csv', '-o', '-', '--json'], {
      cwd: emptyFolder(),
    });
    expect(exitCode).toBe(2);
    expect(json.error.code).toBe('json-and-stdout');
  });

  it('with --json is one object on stdout and words on stderr', async () => {
    const { exitCode, json, stderr } = await runCli(['train', '--jsn', '--json'], { cwd: emptyFolder() });
    expect(exitCode).toBe(2);
    expect(schemaErrors('train', json)).toEqual([]);
    expect(json).toMatchObject({
      schema: 1,
      command: 'train',
      ok: false,
      exitCode: 2,
      error: { code: 'unknown-option' },
    });
    expect(stderr).toContain('error:');
  });
});

describe('no project', () => {
  it('is an error with a hint, in text and in JSON', async () => {
    const { exitCode, json, stderr } = await runCli(['train', '--json'], { cwd: emptyFolder() });
    expect(exitCode).toBe(2);
    expect(schemaErrors('train', json)).toEqual([]);
    expect(json.error.hint).not.toBe('');
    expect(stderr).toContain('hint:');
  });
});

describe('an error in a pipeline file', () => {
  it('names file, line and column', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'pipelines'));
    writeFileSync(join(cwd, 'pipelines', 'churn.yaml'), 'source: rows.csv\nlabel: churned\nmodle: {}\n');
    const { exitCode, json, stderr } = await runCli(['train', '--json'], { cwd });
    expect(exitCode).toBe(2);
    expect(json.error.at).toMatchObject({ file: 'pipelines/churn.yaml', line: 3 });
    expect(`${String(json.error.message)} ${String(json.error.hint)}`).toContain('model');
    expect(stderr).toMatch(/^at {5}pipelines\/churn\.yaml:3:1$/m);
  });
});

describe('secrets', () => {
  it('of the environment and of URLs appear in no output', async () => {
    const env = { MY_API_TOKEN: 'hunter2-token', DB_PASSWORD: 'pa55word!' };
    const path = 'pipelines/hunter2-token/s3://joe:pa55word!@host/x.yaml';
    const results = await Promise.all([
      runCli(['train', path, '--json'], { cwd: emptyFolder(), env }),
      runCli(['train', path, '--verbose'], { cwd: emptyFolder(), env }),
      runCli(['--hunter2-token', '--json'], { cwd: emptyFolder(), env }),
    ]);
    for (const { exitCode, stdout, stderr } of results) {
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toMatch(/hunter2|pa55word|joe:/);
      expect(stderr).not.toBe('');
    }
  });
});
