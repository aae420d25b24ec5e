import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { forgetPages } from './forgetPages.ts';

it('takes the page of rejected records away, and the id out of pages of monitoring that name the row', async () => {
  const { context, write } = await openTestProject({});
  const page = (path: string, text: string): void => write(`.aieng/reports/${path}`, text);
  page('left-validation.html', '<code>C-17,many</code>');
  page('right-validation.html', '<code>C-17,many</code>');
  page('left-monitor.html', '3 labels unusable: no class (id C-17)');
  page('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D3.html', 'Ids look like a in the log, like C-17 in the labels');
  page('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D4.html', '(id C-170) C-17 <text>C-17</text>');
  const isThere = (name: string): boolean => existsSync(join(context.root, '.aieng/reports', name));

  const said = (name: string): string => readFileSync(join(context.root, '.aieng/reports', name), 'utf8');
  const asked = (rowId: string, rejected = 0) => ({
    ids: new Set([rowId, '01JHX3Q4V5W6X7Y8Z9A0B1C2D9']),
    rejected,
  });

  expect(await forgetPages(context, 'left', 'C-1', asked('C-1'))).toBe(0);
  expect(await forgetPages(context, 'left', 'C-17', asked('C-17'))).toBe(2);
  expect(said('left-monitor.html')).toBe('3 labels unusable: no class (id (forgotten))');
  expect(said('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D3.html')).toBe(
    'Ids look like a in the log, like (forgotten) in the labels',
  );
  expect(said('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D4.html')).toContain('(id C-170) C-17');
  expect(await forgetPages(context, 'left', 'C-17', asked('C-17'))).toBe(0);
  expect([isThere('left-validation.html'), isThere('right-validation.html')]).toEqual([false, true]);

  page('left-validation.html', '<code>C-1…</code>');
  await forgetPages(context, 'left', 'C-99', asked('C-99'));
  expect(isThere('left-validation.html')).toBe(true);
  // A long record is cut on the page: its id need not stand there.
  await forgetPages(context, 'left', 'C-99', asked('C-99', 1));
  expect(isThere('left-validation.html')).toBe(false);
});
