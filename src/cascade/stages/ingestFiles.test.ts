import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../project/context.ts';
import type { Increment, Snapshot } from '../../data/snapshot.ts';
import { outputOf } from '../../tracking/stages.ts';
import { cascade } from '../cascade.ts';
import type { TestProject } from '../testing.fixture.ts';
import { csvOf, customers, openTestProject } from '../testing.fixture.ts';

const pipeline = (rowId: string): string => `source: { path: 'days', cursor: files }
label: left
${rowId}
`;

interface Told {
  readonly state: string;
  readonly snapshot: Snapshot;
  readonly increment: Increment | undefined;
}

async function ingest({ context }: TestProject, full = false): Promise<Told> {
  const done = await cascade(context, 'ingest', { waitMs: 0, full });
  const { snapshot } = outputOf.ingest(done.last);
  return { state: done.stages[0]!.state, snapshot, increment: snapshot.increment };
}

describe('ingest of new files only', () => {
  let project: TestProject;
  const day = (n: number): string => `days/${n}.csv`;
  beforeAll(async () => {
    project = await openTestProject({
      'pipelines/left.yaml': pipeline('row_id: id'),
      [day(1)]: csvOf(customers(0, 40)),
      [day(2)]: csvOf(customers(40, 60)),
    });
  });

  it('reads all of them first, then those that are new, and what stands is what a full reading gives', async () => {
    expect(await ingest(project)).toMatchObject({ snapshot: { rows: 60 }, increment: undefined });
    project.write(day(3), csvOf(customers(60, 70)));
    const { snapshot, increment } = await ingest(project);
    expect(increment).toEqual({ read: 10, added: 10, changed: 0, repeated: 0, gone: 0 });
    expect(snapshot).toMatchObject({ rows: 70, files: [day(1), day(2), day(3)] });
    expect(await ingest(project)).toMatchObject({ state: 'cached' });
    expect((await ingest(project, true)).snapshot.digest).toBe(snapshot.digest);
  });

  it('lets the newest file win where rows have ids, and counts it', async () => {
    const [first, ...others] = customers(0, 3);
    project.write(day(4), csvOf([{ ...first!, tenure: 999 }, ...others]));
    const { snapshot, increment } = await ingest(project);
    expect(increment).toEqual({ read: 3, added: 0, changed: 1, repeated: 2, gone: 0 });
    expect(snapshot.rows).toBe(70);
  });

  it('keeps the rows of files that are gone, counts them, and does not read a file twice', async () => {
    rmSync(join(project.context.root, day(2)));
    expect(await ingest(project)).toMatchObject({ snapshot: { rows: 70 }, increment: { read: 0, gone: 20 } });
    expect(await ingest(project)).toMatchObject({ state: 'cached' });
    project.write(day(2), csvOf(customers(40, 60)));
    expect(await ingest(project)).toMatchObject({ snapshot: { rows: 70 } });
  });

  it('reads everything where a file has another content', async () => {
    project.write(day(1), csvOf(customers(0, 39)));
    expect(await ingest(project)).toMatchObject({ increment: undefined });
  });

  it('takes a new file that holds nothing', async () => {
    project.write(day(5), '');
    const { snapshot } = await ingest(project);
    expect(snapshot.rows).toBeGreaterThan(60);
    expect(await ingest(project)).toMatchObject({ state: 'cached' });
  });

  it('adds every row where rows have no ids: a twin is a row of its own', async () => {
    const twins = await openTestProject({
      'pipelines/left.yaml': pipeline(''),
      [day(1)]: csvOf(customers(0, 40)),
      [day(2)]: csvOf(customers(0, 2)),
    });
    await ingest(twins);
    twins.write(day(3), csvOf(customers(0, 5)));
    const { snapshot } = await ingest(twins);
    expect([snapshot.rows, snapshot.increment?.added]).toEqual([47, 5]);
    expect((await ingest(twins, true)).snapshot.digest).toBe(snapshot.digest);
  });
});

describe('files of a folder that are not alike, and columns that none of them has', () => {
  it('are told by ingest whenever it reads them, and by validate', async () => {
    const without = (column: string): string =>
      csvOf(customers(40, 80))
        .split('\n')
        .map((line, _, lines) => {
          const at = lines[0]!.split(',').indexOf(column);
          return line
            .split(',')
            .filter((__, field) => field !== at)
            .join(',');
        })
        .join('\n');
    const project = await openTestProject({
      'pipelines/left.yaml': pipeline('row_id: id'),
      'days/1.csv': csvOf(customers(0, 40)),
      'days/2.csv': without('note'),
    });
    const told: string[] = [];
    const context: Context = {
      ...project.context,
      progress: (event) => {
        if (event.kind === 'warning') told.push(event.message);
      },
    };
    await cascade(context, 'ingest', { waitMs: 0 });
    expect(told).toContain(
      'days: 1 of 2 files lack columns that others have (they are missing in their rows): "note". (days/2.csv lacks "note")',
    );
    const { records } = await cascade(context, 'validate', { waitMs: 0 });
    expect(outputOf.validate(records.validate!).findings).toContainEqual(
      expect.objectContaining({ check: 'uneven-files', column: 'note', count: 40 }),
    );
    rmSync(join(context.root, 'days/1.csv'));
    await cascade(context, 'ingest', { waitMs: 0, full: true });
    expect(told.at(-1)).toBe('days: there is no column note: it is missing in every row');
  });
});
