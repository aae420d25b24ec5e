import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, fixture, repository, runCli } from './support.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/^npx aieng ([^#\n]+)/gm)].map(([, words = '']) => words.trim());

/** That every command of the page can be typed is test/conformance/hints.test.ts; training is told by the demo. */
it('README begins with a command that makes a project of a table of customers, and ends with the next one', async () => {
  const cwd = emptyFolder();
  copyFileSync(fixture('telco-churn.csv'), join(cwd, 'customers.csv'));
  const [first = '', second = ''] = commands;
  expect(first).toMatch(/^init /);
  const { exitCode, stdout, stderr } = await runCli(first.split(/\s+/), { cwd });
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`next  aieng ${second}`);
});
