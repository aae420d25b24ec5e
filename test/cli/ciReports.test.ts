import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sarifSchema } from './sarifSchema.ts';
import { emptyFolder, fixture, runCli } from './support.ts';
import type { Parsed } from './support.ts';
import { junitCases } from './xml.ts';

const validate = new Ajv2020({ allErrors: true, strict: false }).compile(sarifSchema);

let cwd = '';
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const casesOf = (name: string): string[] =>
  junitCases(read(name)).map(({ attributes, children }) =>
    [attributes['classname'], attributes['name'], children[0]?.name].join(' | '),
  );
function sarifOf(name: string): Parsed {
  const parsed = JSON.parse(read(name));
  validate(parsed);
  expect(validate.errors ?? []).toEqual([]);
  return parsed.runs[0];
}

beforeAll(async () => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-ci-')));
  copyFileSync(fixture('penguins.csv'), join(cwd, 'penguins.csv'));
  mkdirSync(join(cwd, 'out'));
  const init = await runCli(['init', '--from', 'penguins.csv', '--label', 'species'], { cwd });
  expect(init.exitCode).toBe(0);
  // One record that cannot become a row, on line 346.
  writeFileSync(
    join(cwd, 'penguins.csv'),
    `${read('penguins.csv').trimEnd()}\nAdelie,Biscoe,long,18.7,181,3750,male\n`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('--junit and --sarif', () => {
  it('tell of a cascade: stages, gates, the rejected record under its line', async () => {
    const { exitCode, json, stderr } = await runCli(
      ['run', '--json', '--junit', 'out/junit.xml', '--sarif=out/aieng.sarif'],
      { cwd, env: { GITHUB_WORKSPACE: '' } },
    );
    expect(stderr).not.toContain('error:');
    expect(exitCode).toBe(0);
    expect(json.rejections).toHaveLength(1);
    const cases = casesOf('out/junit.xml');
    for (const stage of ['ingest', 'validate', 'featurize', 'train', 'package'])
      expect(cases).toContain(`aieng.penguins.stage | ${stage} | system-out`);
    expect(cases.filter((each) => each.startsWith('aieng.penguins.gate'))).toHaveLength(json.gates.length);
    const { results } = sarifOf('out/aieng.sarif');
    const rejected = results.find(({ ruleId }: { ruleId: string }) => ruleId === 'record-rejected');
    expect(rejected.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'penguins.csv', uriBaseId: '%SRCROOT%' },
      region: { startLine: 346 },
    });
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual(['aieng.sarif', 'junit.xml']);
  });

  it('tell of a command that fails, with its place as the repository knows it', async () => {
    const workspace = emptyFolder();
    const inner = join(workspace, 'models');
    mkdirSync(join(inner, 'pipelines'), { recursive: true });
    mkdirSync(join(workspace, '.git'));
    writeFileSync(join(inner, 'pipelines', 'churn.yaml'), 'source: rows.csv\nlabel: churned\nmodle: {}\n');
    const { exitCode } = await runCli(['train', '--junit', 'a.xml', '--sarif', 'a.sarif'], { cwd: inner });
    expect(exitCode).toBe(2);
    expect(junitCases(readFileSync(join(inner, 'a.xml'), 'utf8'))[0]?.children[0]?.name).toBe('error');
    const [result] = JSON.parse(readFileSync(join(inner, 'a.sarif'), 'utf8')).runs[0].results;
    expect(result.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'models/pipelines/churn.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 1 },
    });
  });

  it('tell of a command line that is wrong too, relative to -C', async () => {
    const elsewhere = emptyFolder();
    const { exitCode } = await runCli(['train', '--modle', '-C', cwd, '--junit', 'out/wrong.xml'], {
      cwd: elsewhere,
    });
    expect(exitCode).toBe(2);
    expect(casesOf('out/wrong.xml')).toEqual(['aieng.command | aieng train | error']);
  });

  it.each<[string, string[]]>([
    ['a folder that is not there', ['--junit', 'nowhere/junit.xml']],
    ['a folder', ['--sarif', 'out']],
    ['a device', ['--sarif', '/dev/null']],
    ['one file for both', ['--junit', 'out/x', '--sarif', './out/x']],
  ])('%s is a usage error before any work', async (_name, flags) => {
    const store = join(emptyFolder(), 'store');
    const { exitCode, json, stderr } = await runCli(['ingest', '--json', '--store', store, ...flags], {
      cwd,
    });
    expect([exitCode, json.error.code]).toEqual([2, 'report-place']);
    expect(stderr).not.toContain('warning');
    expect(() => readdirSync(store)).toThrow();
  });

  it('hold no secret, however it would be escaped', async () => {
    const { exitCode } = await runCli(
      ['train', 's3cr<&>et', '--junit', 'out/s.xml', '--sarif', 'out/s.sarif'],
      {
        cwd,
        env: { API_TOKEN: 's3cr<&>et' },
      },
    );
    expect(exitCode).toBe(2);
    for (const name of ['out/s.xml', 'out/s.sarif']) {
      expect(read(name)).toContain('***');
      expect(read(name)).not.toMatch(/s3cr/);
    }
  });
});
