import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { repository } from '../cli/support.ts';
import { createProject, someRows } from './project.ts';

const commands = [
  ...readFileSync(join(repository, 'README.md'), 'utf8').matchAll(/^npx aieng ([^#\n]+)/gm),
].map(([, words = '']) => words.trim());

/** The words of the one command of the page that begins like this. */
function written(beginning: string): readonly string[] {
  const found = commands.filter((command) => command.startsWith(beginning));
  expect(found, `README has one command that begins with "aieng ${beginning}"`).toHaveLength(1);
  return found[0]!.split(/\s+/);
}

it('what README says to do with a table of customers works as it is written there', async () => {
  const project = createProject({ 'customers.csv': someRows('telco-churn.csv', 0, 4500) });
  await project.must(...written('init '));
  await project.must(...written('run'));
  expect(readdirSync(join(project.folder, '.aieng', 'versions', 'customers'))).toHaveLength(1);
  // The base that is the default comes from a registry, which no test asks.
  const pipeline = parseDocument(readFileSync(join(project.folder, 'pipelines', 'customers.yaml'), 'utf8'));
  pipeline.setIn(['deploy', 'image', 'base'], 'this-machine');
  project.write('pipelines/customers.yaml', pipeline.toString());
  const packaged = await project.must(...written('package --image'), '--json');
  const reference = written('package --image').at(-1)!;
  expect(packaged.json.result.image.reference).toContain(reference);
});
