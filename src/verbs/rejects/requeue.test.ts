import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lastStage } from '../../cascade/memory.ts';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { readMended } from '../../tracking/mended.ts';
import { outputOf } from '../../tracking/stages.ts';
import { ingest } from '../ingest/ingest.ts';
import { rejects } from './rejects.ts';

const column = (type: string, own: object): object => ({ type, 'x-aieng': own });
const schemaText = (pii = {}): string =>
  JSON.stringify({
    type: 'object',
    properties: {
      id: column('string', { kind: 'text' }),
      tenure: column('integer', { kind: 'number' }),
      plan: column('string', { kind: 'category' }),
      note: column('string', { kind: 'text', ...pii }),
      left: column('string', { kind: 'category' }),
    },
    required: ['tenure', 'plan', 'left'],
    'x-aieng': { missing: [''] },
  });
// Lines 2, 3, 4 and 5 of the file cannot be rows.
const csv = csvOf(customers(0, 160))
  .replace(/^(c0),\d+/m, '$1,one')
  .replace(/^(c1),\d+/m, '$1,two')
  .replace(/^(c2),\d+/m, '$1,"three,\n3"')
  .replace(/^(c3),\d+,/m, '$1,');

const open = (pii = {}): Promise<TestProject> =>
  openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'pipelines/left.schema.json': schemaText(pii),
    'data/customers.csv': csv,
  });

async function exportedTo({ context }: TestProject, name: string): Promise<string> {
  await ingest(context, { waitMs: 0 });
  const path = join(context.root, name);
  await rejects(context, { exportTo: path });
  return path;
}
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')));

describe('rejects --requeue', () => {
  it.each(['rejects.csv', 'rejects.ndjson'])(
    'takes mended records of %s into the next snapshot',
    async (name) => {
      const project = await open();
      const { context } = project;
      const path = await exportedTo(project, name);
      // c0 is mended, c1 badly, c2 with a line break inside; c3 stays as it is.
      edit(path, (text) =>
        text
          .replace('c0,one,', 'c0,1,')
          .replace('c1,two,', 'c1,zwei,')
          .replace(/c2,(""three,\n3""|\\"three,\\n3\\"),/, 'c2,3,'),
      );
      const { result } = await rejects(context, { requeue: path });
      expect(result.requeued).toMatchObject({
        file: path,
        taken: 3,
        unchanged: 1,
        unmatched: 0,
        example: null,
      });

      const next = await ingest(context, { waitMs: 0 });
      expect(next.stages?.[0]).toMatchObject({
        name: 'ingest',
        state: 'ran',
        reason: 'mended records changed',
      });
      expect(next.result).toMatchObject({
        rows: 158,
        quarantined: 2,
        mended: { file: path, taken: 2, refused: 1, unmatched: 0 },
      });
      const told = (await rejects(context, {})).result;
      expect([told.records, told.rejected]).toEqual([160, 2]);
      const still = told.reasons.flatMap(({ examples }) => examples);
      expect(still.find(({ line }) => line === 3)).toMatchObject({
        column: 'tenure',
        reason: expect.stringMatching(/got "zwei" \(mended in .*:\d+\)$/),
        raw: expect.stringContaining('c1,zwei,'),
      });
      // Where each came from is kept with the snapshot.
      const { snapshot } = outputOf.ingest((await lastStage(context, 'left', 'ingest'))!);
      const kept = await readMended(context, snapshot.mended!.records);
      expect(kept.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(
        [2, 3, 4].map((line) => `data/customers.csv:${line}`),
      );
      expect(kept[0]?.by).toMatch(/rejects\.\w+:\d+$/);

      // What was mended badly is mended again, and the rest stays mended.
      const again = await exportedTo(project, 'again.csv');
      edit(again, (text) => text.replace('c1,zwei,', 'c1,2,'));
      expect((await rejects(context, { requeue: again })).result.requeued).toMatchObject({
        taken: 1,
        unchanged: 1,
      });
      const last = await ingest(context, { waitMs: 0 });
      expect(last.result).toMatchObject({ rows: 159, quarantined: 1, mended: { taken: 3, refused: 0 } });
      // Nothing changed: nothing is read again.
      expect((await ingest(context, { waitMs: 0 })).stages?.[0]).toMatchObject({ state: 'cached' });
    },
  );

  it('knows a record where its line moved, and tells of one that the source no longer has', async () => {
    const project = await open();
    const path = await exportedTo(project, 'rejects.csv');
    edit(path, (text) => text.replace('c0,one,', 'c0,1,').replace('c1,two,', 'c1,2,'));
    await rejects(project.context, { requeue: path });
    const [head, ...lines] = csv.split('\n');
    project.write(
      'data/customers.csv',
      [head, 'new,5,basic,n,No', ...lines.map((line) => line.replace('c1,two', 'c1,7'))].join('\n'),
    );
    const { result } = await ingest(project.context, { waitMs: 0 });
    expect(result).toMatchObject({
      rows: 159,
      quarantined: 2,
      mended: { taken: 1, refused: 0, unmatched: 1 },
    });
  });

  it('counts what the last ingest did not reject, and refuses what no export wrote', async () => {
    const project = await open();
    const { context } = project;
    const path = await exportedTo(project, 'rejects.csv');
    edit(path, (text) => text.replaceAll('data/customers.csv', 'data/other.csv'));
    expect((await rejects(context, { requeue: path })).result.requeued).toMatchObject({
      taken: 0,
      unmatched: 4,
      example: 'data/other.csv:2',
    });
    expect((await ingest(context, { waitMs: 0 })).stages?.[0]).toMatchObject({ state: 'cached' });
    project.write('strange.csv', 'a,b\n1,2\n');
    await expect(rejects(context, { requeue: join(context.root, 'strange.csv') })).rejects.toMatchObject({
      exitCode: 3,
      code: 'mended-unreadable',
      hint: expect.stringContaining('`aieng rejects left --export rejects.csv`'),
    });
  });

  it('is refused where records are personal: they are not kept', async () => {
    const project = await open({ pii: true });
    const path = await exportedTo(project, 'rejects.csv');
    await expect(rejects(project.context, { requeue: path })).rejects.toMatchObject({
      code: 'records-personal',
      exitCode: 2,
    });
  });
});
