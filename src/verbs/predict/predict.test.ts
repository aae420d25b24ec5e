import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Customer, TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { blockRows } from '../../data/index.ts';
import { decodeQuarantine } from '../../data/quarantine.ts';
import type { Outcome } from '../../project/outcome.ts';
import { run } from '../run/run.ts';
import type { PredictOptions } from './options.ts';
import { predict } from './predict.ts';
import type { PredictResult } from './result.ts';

let project: TestProject;
beforeAll(async () => {
  project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
}, 60_000);

const path = (name: string): string => join(project.context.root, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const answer = (input: string, more: Partial<PredictOptions> = {}): Promise<Outcome<PredictResult>> =>
  predict(project.context, { bundle: 'left', input, output: 'out.ndjson', log: false, ...more });
const bad = (row: Customer): Customer => ({ ...row, tenure: 'often' as unknown as number });

interface Told {
  readonly base: number;
  readonly contributions: Readonly<Record<string, number>>;
  readonly others?: number;
  readonly margin: number;
}

describe('predict, asked why', () => {
  it('lists the columns that moved each answer most, and all of it adds up', async () => {
    project.write('few.csv', csvOf(customers(0, 3)));
    await answer('few.csv', { explain: 1 });
    const lines = read('out.ndjson').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const { explanation } = JSON.parse(line) as { explanation: Told };
      const { base, contributions, others = 0, margin } = explanation;
      const listed = Object.values(contributions);
      expect(listed).toHaveLength(1);
      expect(base + listed[0]! + others).toBeCloseTo(margin, 9);
    }
  });
});

describe('what predict refuses', () => {
  it('is kept beside the output, every record of it whole, with its line in the file', async () => {
    const rows = customers(0, 2 * blockRows + 10).map((row, at) => (at % 1000 === 7 ? bad(row) : row));
    project.write('many.csv', csvOf(rows));
    const { result, warnings } = await answer('many.csv');
    const expected = rows.flatMap((_, at) => (at % 1000 === 7 ? [at + 2] : []));
    expect(result).toMatchObject({
      rows: rows.length - expected.length,
      rejected: expected.length,
      rejectsFile: 'out.ndjson.rejects.ndjson',
    });
    expect(result.rejections).toHaveLength(5);
    const kept = decodeQuarantine(readFileSync(path('out.ndjson.rejects.ndjson')));
    expect(kept.map(({ line }) => line)).toEqual(expected);
    expect(kept.at(-1)).toEqual({
      file: 'many.csv',
      line: expected.at(-1),
      column: 'tenure',
      reason: 'expected a whole number, got "often"',
      raw: Object.values(rows[expected.at(-1)! - 2]!).join(','),
    });
    expect(warnings).toEqual([
      `${expected.length} records could not be predicted and are not in the output: see out.ndjson.rejects.ndjson.`,
    ]);
  });

  it('leaves no file where nothing was refused, also not that of an earlier run', async () => {
    project.write('one.csv', csvOf([customers(0, 1)[0]!, bad(customers(1, 2)[0]!)]));
    await answer('one.csv');
    expect(existsSync(path('out.ndjson.rejects.ndjson'))).toBe(true);
    project.write('one.csv', csvOf(customers(0, 2)));
    expect((await answer('one.csv')).result).toMatchObject({ rejected: 0, rejectsFile: null });
    expect(existsSync(path('out.ndjson.rejects.ndjson'))).toBe(false);
  });

  it('goes to another file where that is named, or by the name of the input where the answers go to stdout', async () => {
    project.write('one.csv', csvOf([customers(0, 1)[0]!, bad(customers(1, 2)[0]!)]));
    const named = await answer('one.csv', { rejects: 'refused.ndjson' });
    expect([named.result.rejectsFile, read('refused.ndjson').length > 0]).toEqual(['refused.ndjson', true]);
    for (const taken of ['one.csv', 'out.ndjson'])
      await expect(answer('one.csv', { rejects: taken })).rejects.toMatchObject({
        code: 'output-is-input',
        exitCode: 2,
      });
  });

  it('is not an input of the next run', async () => {
    project.write('rows/a.csv', csvOf(customers(0, 3)));
    project.write('rows/a.csv.rejects.ndjson', '{"file":"a","line":1,"reason":"r","raw":"x"}\n');
    const { result, warnings } = await answer('rows');
    expect([result.rows, result.rejected]).toEqual([3, 0]);
    expect(warnings.join()).toContain('a.csv.rejects.ndjson');
  });

  it('of an input that changes under it, leaves neither answers nor refusals', async () => {
    const before = read('out.ndjson');
    writeFileSync(path('cut.csv.gz'), Buffer.from([0x1f, 0x8b, 8, 0, 0]));
    await expect(answer('cut.csv.gz')).rejects.toMatchObject({ code: 'gzip-damaged' });
    expect(read('out.ndjson')).toBe(before);
  });
});

describe('rows without what identifies them', () => {
  it('are answered, with a hash of their cells for an id, and counted', async () => {
    const rows = customers(0, 4);
    project.write('anonymous.csv', csvOf(rows).replace('id,', 'other,'));
    const { result, warnings } = await answer('anonymous.csv');
    expect([result.rows, result.rejected]).toEqual([4, 0]);
    const ids = read('out.ndjson')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(4);
    expect(warnings).toEqual([
      'Columns that the model does not know were ignored: other (in 4 records).',
      "4 rows have no id: the id of such an answer is a hash of the row's cells, and labels by row id do not find it.",
    ]);
  });

  it('are answered among others that have it', async () => {
    const [first, second] = customers(0, 2);
    const { id: _, ...anonymous } = second!;
    project.write('some.ndjson', `${JSON.stringify(first)}\n${JSON.stringify(anonymous)}\n`);
    const { warnings } = await answer('some.ndjson');
    const ids = read('out.ndjson')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect([ids[0], /^[0-9a-f]{32}$/.test(ids[1] ?? '')]).toEqual(['c0', true]);
    expect(warnings).toEqual([expect.stringMatching(/^1 row has no id: /)]);
  });
});

describe('how the rows to predict are written', () => {
  const rows = customers(0, 6).map((row, at) => ({ ...row, note: at % 2 === 0 ? 'größer' : 'süß' }));
  const plain = csvOf(rows);
  const answersOf = async (input: string, more: Partial<PredictOptions> = {}): Promise<unknown[]> => {
    const { result, warnings } = await answer(input, more);
    expect([result.rows, result.rejected]).toEqual([6, 0]);
    return [read('out.ndjson'), warnings.join('\n')];
  };

  it('is found out by the columns that the bundle knows, and told', async () => {
    project.write('plain.csv', plain);
    const [expected] = await answersOf('plain.csv');
    const german = `Export vom 1.11.\n;;;;\n${plain.replaceAll(',', ';')}`;
    writeFileSync(path('german.csv'), Buffer.from(german, 'latin1'));
    expect(await answersOf('german.csv')).toEqual([
      expected,
      expect.stringMatching(
        /german\.csv: The text is not UTF-8; it reads well as windows-1252\..*begins on line 3.*Export vom/s,
      ),
    ]);
  });

  it('is what flags say, where there is no header', async () => {
    project.write('plain.csv', plain);
    const [expected] = await answersOf('plain.csv');
    project.write('headless.csv', plain.slice(plain.indexOf('\n') + 1));
    const names = ['id', 'tenure', 'plan', 'note', 'left'];
    expect(await answersOf('headless.csv', { dialect: { header: false, names } })).toEqual([expected, '']);
    await expect(answer('headless.csv')).rejects.toMatchObject({ code: 'missing-column' });
  });
});
