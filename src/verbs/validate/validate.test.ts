import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { parseRowSchema } from '../../pipeline/rowSchema.ts';
import { columnSchema } from '../../data/schema.ts';
import { schema } from '../schema/schema.ts';
import { validate } from './validate.ts';

const column = (type: string, own: object): object => ({ type, 'x-aieng': own });
const written = {
  type: 'object',
  properties: {
    id: column('string', { kind: 'text' }),
    tenure: column('integer', { kind: 'number', minimum: 1, maximum: 40 }),
    plan: column('string', { kind: 'category', domain: ['basic', 'plus'] }),
    note: column('string', { kind: 'text' }),
    left: column('string', { kind: 'category', domain: ['No', 'Yes'] }),
  },
  required: ['tenure', 'plan', 'left'],
  'x-aieng': { missing: [''] },
};

const project = (csv = csvOf(customers(0, 160))): Promise<TestProject> =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'pipelines/left.schema.json': JSON.stringify(written),
    'data/customers.csv': csv,
  });
const schemaOf = ({ context }: TestProject) =>
  parseRowSchema(JSON.parse(readFileSync(join(context.root, 'pipelines/left.schema.json'), 'utf8')), 'x');

describe('validate --accept', () => {
  it('writes what is named and nothing else, says what changed, and checks again', async () => {
    const opened = await project();
    const { result } = await validate(opened.context, { waitMs: 0, accept: ['unexpected-value:plan'] });
    expect(result.accepted).toEqual({
      findings: ['unexpected-value:plan'],
      schema: 'pipelines/left.schema.json',
      changes: [
        {
          column: 'plan',
          what: 'domain',
          from: null,
          to: '"pro"',
          effect: 'compatible',
          because: 'a model of before takes them, and counts them as never seen',
        },
      ],
    });
    const names = result.findings.map(({ check, column: of }) => `${check}:${of ?? ''}`);
    expect(names).not.toContain('unexpected-value:plan');
    expect(names).toContain('out-of-range:tenure');
    const now = schemaOf(opened);
    expect(columnSchema(now, 'plan')?.domain).toEqual(['basic', 'plus', 'pro']);
    expect(columnSchema(now, 'tenure')?.maximum).toBe(40);
  });

  it('all: everything that a schema can take in', async () => {
    const withMood = csvOf(customers(0, 160))
      .trimEnd()
      .split('\n')
      .map((line, at) => `${line},${at === 0 ? 'mood' : at % 3 === 0 ? 'fine' : 'low'}`)
      .join('\n');
    const opened = await project(withMood);
    const { result } = await validate(opened.context, { waitMs: 0, accept: ['all'] });
    expect(result.accepted?.findings).toEqual(
      expect.arrayContaining(['new-column:mood', 'unexpected-value:plan', 'out-of-range:tenure']),
    );
    const now = schemaOf(opened);
    expect(columnSchema(now, 'tenure')?.maximum).toBeGreaterThan(60);
    expect(columnSchema(now, 'mood')).toMatchObject({ kind: 'category', required: false, nullable: true });
    const left = result.findings.map(({ check }) => check);
    for (const check of ['unexpected-value', 'out-of-range', 'new-column']) expect(left).not.toContain(check);
    // A second time there is nothing to do.
    const again = await validate(opened.context, { waitMs: 0, accept: ['all'] });
    expect(again.result.accepted).toMatchObject({ findings: [], changes: [] });
  });

  it('widens a type, also where so much was refused that there is no snapshot', async () => {
    const halves = csvOf(customers(0, 160)).replaceAll(/^(c\d*5),(\d+),/gm, '$1,$2.5,');
    const opened = await project(halves);
    await expect(validate(opened.context, { waitMs: 0 })).rejects.toMatchObject({
      code: 'too-many-rejected',
    });
    const { result } = await validate(opened.context, { waitMs: 0, accept: ['type-mismatch:tenure'] });
    expect(result.accepted?.changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ column: 'tenure', what: 'type', from: 'integer', to: 'number' }),
      ]),
    );
    expect(result.rows).toBe(160);
  });

  it('refuses a name that nothing found has, with did-you-mean, and changes nothing', async () => {
    const opened = await project();
    const before = schemaOf(opened);
    await expect(
      validate(opened.context, { waitMs: 0, accept: ['unexpected-value:plann'] }),
    ).rejects.toMatchObject({
      code: 'finding-unknown',
      exitCode: 2,
      hint: 'Did you mean "unexpected-value:plan"?',
    });
    expect(schemaOf(opened)).toEqual(before);
  });
});

describe('where the rows of a finding stand', () => {
  const checked = `checks:
  - { column: tenure, between: [1, 30] }
`;
  const lineOf = (text: string, holds: (cells: readonly string[]) => boolean): number =>
    1 + text.split('\n').findIndex((line, at) => at > 0 && holds(line.split(',')));

  async function places(csv: string): Promise<Record<string, unknown>> {
    const opened = await openTestProject({
      'pipelines/left.yaml': customersPipeline() + checked,
      'pipelines/left.schema.json': JSON.stringify(written),
      'data/customers.csv': csv,
    });
    const { result, findings = [] } = await validate(opened.context, { waitMs: 0 });
    expect(findings).toEqual(result.findings);
    return Object.fromEntries(
      result.findings.map(({ check, column: of, at }) => [`${check}:${of ?? ''}`, at]),
    );
  }

  it('is the line of one of them, with refused records and a header counted', async () => {
    const csv = csvOf(customers(0, 160));
    const lines = csv.split('\n');
    const cells = lines[3]!.split(',');
    lines[3] = [cells[0], 'many', ...cells.slice(2)].join(',');
    const text = lines.join('\n');
    const found = await places(text);
    const words = lineOf(text, ([, , plan]) => plan === 'pro');
    expect(words).toBeGreaterThan(0);
    expect(found['unexpected-value:plan']).toEqual({ file: 'data/customers.csv', line: words });
    const range = found['declared-range:tenure'] as { line: number };
    expect(Number(lines[range.line - 1]!.split(',')[1])).toBeGreaterThan(30);
  });

  it('is not told where a record takes several lines', async () => {
    const csv = csvOf(customers(0, 160)).replace(/^(c\d*7,\d+,[^,]*,)[^,]*,/m, '$1"two\nlines",');
    expect(csv).toContain('two\nlines');
    const found = await places(csv);
    expect(found).toHaveProperty('unexpected-value:plan', undefined);
  });
});

describe('schema types', () => {
  it('gives the type of the rows of the pipeline, ids as texts, and of a file', async () => {
    const opened = await project();
    const { result, pipeline } = await schema(opened.context, { action: 'types', files: [] });
    expect([pipeline, result.from, result.written]).toEqual(['left', 'pipelines/left.schema.json', null]);
    expect(result.types).toMatch(/readonly id: string[; ]/);
    expect(result.types).toMatch(/readonly tenure: number/);
    const of = await schema(opened.context, { action: 'types', files: [result.from] });
    expect(of.result.types).toMatch(/readonly plan: '/);
  });

  it('writes them over what it wrote, and over nothing else', async () => {
    const opened = await project();
    const asked = { action: 'types', files: [], output: 'rows.ts' } as const;
    const { result } = await schema(opened.context, asked);
    expect((await schema(opened.context, asked)).result.written).toBe('rows.ts');
    expect(readFileSync(join(opened.context.root, 'rows.ts'), 'utf8')).toBe(result.types);
    opened.write('mine.ts', 'export {};');
    await expect(schema(opened.context, { ...asked, output: 'mine.ts' })).rejects.toMatchObject({
      code: 'output-not-ours',
    });
    await expect(schema(opened.context, { ...asked, files: ['a', 'b'] })).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});

describe('schema diff', () => {
  it('tells what the data have otherwise, and writes nothing', async () => {
    const opened = await project();
    const before = schemaOf(opened);
    const { result } = await schema(opened.context, { action: 'diff', files: [] });
    expect(result).toMatchObject({ from: 'pipelines/left.schema.json', to: 'data/customers.csv' });
    expect(result.changes.map(({ column: of, what }) => `${of} ${what}`)).toEqual(
      expect.arrayContaining(['tenure maximum', 'plan domain']),
    );
    expect(schemaOf(opened)).toEqual(before);
  });

  it('compares files, and a file with that of the pipeline', async () => {
    const opened = await project();
    const wider = structuredClone(written);
    wider.properties.tenure = column('number', { kind: 'number', minimum: 1, maximum: 40 });
    opened.write('other.schema.json', JSON.stringify(wider));
    const own = 'pipelines/left.schema.json';
    const diff = async (...files: string[]) =>
      (await schema(opened.context, { action: 'diff', files })).result;
    expect((await diff(own, own)).changes).toEqual([]);
    expect(await diff(own, 'other.schema.json')).toMatchObject({
      compatible: false,
      changes: [{ column: 'tenure', what: 'type', from: 'integer', to: 'number', effect: 'incompatible' }],
    });
    expect(await diff('other.schema.json')).toMatchObject({
      to: own,
      compatible: true,
      changes: [{ column: 'tenure', what: 'type', from: 'number', to: 'integer' }],
    });
    await expect(diff('none.schema.json')).rejects.toMatchObject({ exitCode: 2 });
  });
});
