import { expect, it } from 'vitest';
import { csvOf, customers, customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { run } from './run.ts';

it('goes to the bundle and starts no service where nobody says how far', async () => {
  const project = await openTestProject({
    'pipelines/left.yaml': customersPipeline(),
    'data/customers.csv': csvOf(customers(0, 300)),
  });
  const { result, deployment } = await run(project.context, { waitMs: 0 });
  expect(result.package).toMatchObject({ name: 'left', version: 1 });
  expect({ deploy: result.deploy, deployment }).toEqual({ deploy: null, deployment: undefined });
}, 60_000);
