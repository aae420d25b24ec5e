import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { readValidated } from '../../tracking/runs/validations.ts';
import { forgetPages } from '../../project/forgetting/forgetPages.ts';
import { validate } from './validate.ts';

it('looks at data are kept where they say something new, with pages that name no row, and an index', async () => {
  const { context, environment, write } = await openTestProject({
    'pipelines/left.yaml': customersPipeline('row_id: id\n'),
    'data/customers.csv': csvOf(customers(0, 120)),
  });
  await validate(context, { waitMs: 0 });
  environment.advance(60_000);
  await validate(context, { waitMs: 0 });
  const [header = '', first = ''] = csvOf(customers(500, 501)).split('\n');
  const broken = first.replace(/^c500,[^,]*,/, 'c500,many,');
  expect(header).toMatch(/^id,/);
  expect(broken).not.toBe(first);
  environment.advance(60_000);
  write('data/customers.csv', `${csvOf(customers(0, 150)).trimEnd()}\n${broken}\n`);
  await validate(context, { waitMs: 0 });

  const { records } = await readValidated(context, 'left', 10);
  expect(records.map(({ content }) => [content.rows, content.quarantined])).toEqual([
    [150, 1],
    [120, 0],
  ]);
  expect(records[0]?.content.changed).toContain('120 → 150 rows; 0 → 1 rejected');
  const reports = join(context.root, '.aieng/reports');
  const folder = join(reports, 'validation/left');
  const said = (path: string): string => readFileSync(path, 'utf8');
  const pages = readdirSync(folder).filter((name) => name !== 'index.html');
  expect(pages).toHaveLength(2);
  const index = said(join(folder, 'index.html'));
  for (const name of pages) expect(index).toContain(`href="${name}"`);
  expect(index).toContain('share of the records that was rejected');
  expect(said(join(reports, 'left-validation.html'))).toContain('c500');
  expect(said(join(reports, 'left-validation.html'))).toContain('validation/left/index.html');
  for (const name of pages) expect(said(join(folder, name))).not.toContain('c500');

  await forgetPages(context, 'left', 'c500', { ids: new Set(['c500']), rejected: 1 });
  expect(existsSync(join(reports, 'left-validation.html'))).toBe(false);
  expect(readdirSync(folder)).toHaveLength(3);
}, 60_000);
