import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { Project, Refusal } from './refusals.ts';
import { expectRefusal, expectSoundStore, expectToldWell, preparedProject, storeOf } from './refusals.ts';
import type { CliResult } from './support.ts';
import { bin } from './support.ts';

const project = preparedProject();
const predict = ['predict', 'churn', 'rows.csv', '-o'];

const noPlace = (...says: readonly string[]): Refusal => ({
  exitCode: 2,
  code: 'path-not-usable',
  says,
  hints: '',
});
const noOutput = (...says: readonly string[]): Refusal => ({
  exitCode: 2,
  code: 'output-unwritable',
  says: ['the output cannot be written', ...says],
  hints: 'Choose a path',
});
const notAFile = (...says: readonly string[]): Refusal => ({
  exitCode: 2,
  code: 'not-a-file',
  says,
  hints: 'Name a file',
});

const unwritable: readonly (readonly [string, readonly string[], Refusal])[] = [
  ['a store that is a file', ['run', '--store', 'rows.csv'], noPlace('rows.csv', 'a file where a folder')],
  ['a store below a file', ['run', '--store', 'rows.csv/x'], noPlace('rows.csv/x', 'a file where a folder')],
  ['a tar in a file', ['package', '-o', 'rows.csv/x.tar'], noPlace('rows.csv', 'a file where a folder')],
  ['a tar that is a folder', ['package', '-o', 'folder'], notAFile('folder', 'a folder')],
  ['a tar that is a pipe', ['package', '-o', 'pipe.csv'], notAFile('pipe.csv', 'a device or a pipe')],
  [
    'answers in a folder that is not there',
    [...predict, 'nowhere/out.csv'],
    noOutput('nowhere does not exist'),
  ],
  ['answers in a file', [...predict, 'rows.csv/out.csv'], noOutput('rows.csv is not a folder')],
  ['answers that are a folder', [...predict, 'folder.csv'], noOutput('folder.csv', 'it is a folder')],
  ['answers that are a pipe', [...predict, 'pipe.csv'], noOutput('a device or a pipe', 'use -')],
  [
    'answers in the place of the rows',
    [...predict, './rows.csv'],
    { exitCode: 2, code: 'output-is-input', says: ['input and output', 'rows.csv'], hints: 'another file' },
  ],
];

/** With a folder, a folder that is called like a file, and a pipe. */
function furnished(): Project {
  const of = project();
  mkdirSync(of.path('folder'));
  mkdirSync(of.path('folder.csv'));
  execFileSync('mkfifo', [of.path('pipe.csv')]);
  return of;
}

describe.concurrent('a place that cannot be written', () => {
  it.each(unwritable)('%s: is told, and stays as it was', async (_name, args, wanted) => {
    const of = furnished();
    const before = [readdirSync(of.cwd), of.read('rows.csv')];
    await expectRefusal(of, args, wanted);
    expect([readdirSync(of.cwd), of.read('rows.csv')]).toEqual(before);
    expect(lstatSync(of.path('pipe.csv')).isFIFO()).toBe(true);
  });

  // Where mkdir says ENOENT under a folder that is there, Node's own `mkdir -p` never returns.
  it.skipIf(!existsSync('/proc/self'))('a file system that takes no folders', async () => {
    await expectRefusal(project(), ['run', '--store', '/proc/aieng'], noPlace('/proc/aieng'));
  });

  it.skipIf(process.platform === 'win32')('a disk that is full in the middle of it', async () => {
    const of = project();
    of.remove('.aieng');
    const limited = async (kilobytes: number, ...args: string[]): Promise<CliResult> => {
      // A file may not grow beyond the limit: what a full disk says, without filling one.
      const script = `ulimit -f ${kilobytes}; exec "$@"`;
      const { exitCode, stdout, stderr } = await execa(
        'bash',
        ['-c', script, 'bash', process.execPath, bin, ...args],
        {
          cwd: of.cwd,
          reject: false,
        },
      );
      return { exitCode: exitCode ?? -1, stdout, stderr, json: JSON.parse(stdout) };
    };
    const ingest = await limited(2, 'ingest', '--json');
    expect(ingest.exitCode).toBe(2);
    expect(expectToldWell('ingest', ingest)).toMatchObject({ message: expect.stringMatching(/too large/i) });
    await expectSoundStore(of);
    expect((await of.run(['run', '--json'])).exitCode).toBe(0);

    const answers = await limited(2, ...predict, 'out.csv', '--json');
    expect(answers.exitCode).toBe(2);
    expect(expectToldWell('predict', answers).code).toBe('output-unwritable');
    expect(readdirSync(of.cwd).filter((name) => /out|tmp/.test(name))).toEqual([]);
    await expectSoundStore(of);
  });
});

describe.concurrent('rows to predict that are wrong', () => {
  const header = 'tenure,internet_service,contract,payment_method,monthly_charges,total_charges\n';
  const good = '5,DSL,One year,Mailed check,50.5,252.5\n';
  const wrong: readonly (readonly [string, string, Refusal])[] = [
    ['an empty file', '', { exitCode: 3, code: 'source-empty', says: ['in.csv'], hints: 'data row' }],
    [
      'only a header',
      header,
      { exitCode: 3, code: 'source-without-rows', says: ['in.csv'], hints: 'data row' },
    ],
    [
      'a column too few',
      `${header}${good}`.replace('tenure', 'tenrue'),
      { exitCode: 3, code: 'missing-column', says: ['"tenure"', '"tenrue"'], hints: 'Did you mean "tenrue"' },
    ],
  ];
  it.each(wrong)('%s', async (_name, text, wanted) => {
    const of = project();
    of.write('in.csv', text);
    await expectRefusal(of, ['predict', 'churn', 'in.csv', '-o', 'out.csv'], wanted);
    expect(existsSync(of.path('out.csv'))).toBe(false);
  });

  it('no file, and a file of a kind that nobody reads', async () => {
    const of = project();
    await expectRefusal(of, ['predict', 'churn', 'nowhere.csv', '-o', 'out.csv'], {
      exitCode: 2,
      code: 'source-not-found',
      says: ['nowhere.csv'],
      hints: 'Check the path',
      at: { file: 'nowhere.csv' },
    });
    of.write('rows.xls', 'of another century');
    await expectRefusal(of, ['predict', 'churn', 'rows.xls', '-o', 'out.csv'], {
      exitCode: 2,
      code: 'unknown-format',
      says: ['rows.xls', 'files named .xls are not read'],
      hints: 'Save the workbook as .xlsx',
      at: { file: 'rows.xls' },
    });
  });

  it('unknown categories are answered; a row that is none is told and left out; only such rows are exit 3', async () => {
    const of = project();
    of.write('in.csv', `${header}${good}${good.replace('DSL', 'Laser')}${good.replace('5', 'five')}`);
    const some = await of.run(['predict', 'churn', 'in.csv', '-o', 'out.csv', '--json']);
    expect(some).toMatchObject({ exitCode: 0, json: { result: { rows: 2, rejected: 1 } } });
    expect(some.json.result.rejections).toMatchObject([
      { line: 4, column: 'tenure', reason: 'expected a whole number, got "five"' },
    ]);
    expect(some.stderr).toContain(
      'warning: 1 record could not be predicted and is not in the output: see out.csv.rejects.ndjson.',
    );
    of.write('in.csv', `${header}${good.replace('5', 'five')}`);
    const none = await of.run(['predict', 'churn', 'in.csv', '-o', 'none.csv', '--json']);
    expect(none).toMatchObject({ exitCode: 3, json: { ok: false, result: { rows: 0, rejected: 1 } } });
    await expectSoundStore(of);
  });
});

describe.concurrent('a second command on the same pipeline', () => {
  it('--wait 0: exit 7 with who holds it; retrain answers 0 with decision busy; then all goes on', async () => {
    const of = project();
    const store = await storeOf(of);
    const lock = await store.lock('pipeline-churn', { waitMs: 0, command: 'aieng train' });
    const busy: Refusal = {
      exitCode: 7,
      code: 'busy',
      says: ['pipeline-churn', '`aieng train`', `process ${process.pid}`],
      hints: '--wait <seconds>',
    };
    await expectRefusal(of, ['run', '--wait', '0'], busy);
    await expectRefusal(of, ['ingest', '--wait', '0'], busy);
    const retrain = await of.run(['retrain', '--wait', '0', '--json']);
    expect(retrain).toMatchObject({ exitCode: 0, json: { ok: true, decision: 'busy' } });
    expect(retrain.json.result.because).toContain('`aieng train`');
    await lock.release();
    expect((await of.run(['run', '--wait', '0', '--json'])).exitCode).toBe(0);
    await expectSoundStore(of);
  });

  it('a deployment that another command changes: exit 7', async () => {
    const of = project();
    const lock = await (await storeOf(of)).lock('deployment-churn', { waitMs: 0, command: 'aieng rollback' });
    await expectRefusal(of, ['deploy', '--wait', '0', '--port', '0'], {
      exitCode: 7,
      code: 'busy',
      says: ['deployment-churn', '`aieng rollback`'],
      hints: '--wait <seconds>',
    });
    await lock.release();
  });
});

describe.concurrent('labels and rows for monitor that are wrong', () => {
  it('a file without the columns of labels, and one that is not there', async () => {
    const of = project();
    of.write('labels.csv', 'a,b\n1,2\n');
    await expectRefusal(of, ['monitor', '--current', 'rows.csv', '--labels', 'labels.csv'], {
      exitCode: 3,
      code: 'label-file-column',
      says: ['labels.csv', '"churn"', 'it has a, b'],
      hints: '"churn"',
      at: { file: 'labels.csv', line: 1 },
    });
    await expectRefusal(of, ['monitor', '--current', 'nowhere.csv'], {
      exitCode: 2,
      code: 'source-not-found',
      says: ['nowhere.csv'],
      hints: 'Check the path',
    });
    await expectRefusal(of, ['monitor', '--beside', '2020-01-01'], {
      exitCode: 2,
      code: 'look-unknown',
      says: ['"2020-01-01"', 'there was none yet'],
      hints: '2026-11-29',
    });
    for (const command of ['monitor', 'ui'])
      await expectRefusal(of, [command, '--open'], {
        exitCode: 2,
        code: 'open-needs-terminal',
        says: ['no terminal'],
        hints: 'Leave --open away',
      });
    expect(statSync(of.path('rows.csv')).isFile()).toBe(true);
  });
});
