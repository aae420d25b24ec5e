import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { forgetPages } from './forgetPages.ts';

it('takes the page of rejected records away, and counts pages of monitoring that name the row', async () => {
  const { context, write } = await openTestProject({});
  const page = (path: string, text: string): void => write(`.aieng/reports/${path}`, text);
  page('left-validation.html', '<code>C-17,many</code>');
  page('right-validation.html', '<code>C-17,many</code>');
  page('left-monitor.html', '3 labels unusable: no class (id C-17)');
  page('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D3.html', 'Ids look like a in the log, like C-17 in the labels');
  page('monitor/left/01JHX3Q4V5W6X7Y8Z9A0B1C2D4.html', '(id C-170) C-17 <text>C-17</text>');
  const isThere = (name: string): boolean => existsSync(join(context.root, '.aieng/reports', name));

  expect(await forgetPages(context, 'left', 'C-1', 0)).toBe(0);
  expect(await forgetPages(context, 'left', 'C-17', 0)).toBe(2);
  expect([isThere('left-validation.html'), isThere('right-validation.html')]).toEqual([false, true]);

  page('left-validation.html', '<code>C-1…</code>');
  await forgetPages(context, 'left', 'C-99', 0);
  expect(isThere('left-validation.html')).toBe(true);
  // A long record is cut on the page: its id need not stand there.
  await forgetPages(context, 'left', 'C-99', 1);
  expect(isThere('left-validation.html')).toBe(false);
});
