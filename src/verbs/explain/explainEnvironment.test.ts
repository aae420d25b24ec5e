import { describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { explain } from './explain.ts';

const explained = async (section: string, subject?: string) => {
  const { context } = await openTestProject({ 'pipelines/customers.yaml': customersPipeline(section) });
  const { result } = await explain(context, { topic: 'env', ...(subject === undefined ? {} : { subject }) });
  return result;
};
const two = 'env:\n  staging: { deploy: { port: 9090 } }\n  prod: { deploy: { port: 80, workers: 2 } }\n';

describe('explain env', () => {
  it('tells which environments there are, and how many keys are otherwise, where none is named', async () => {
    expect(await explained(two)).toMatchObject({
      title: 'Environments of customers: staging, prod',
      lines: [
        'staging: 1 key is otherwise (deploy.port)',
        'prod: 2 keys are otherwise (deploy.port, deploy.workers)',
        '`aieng explain env staging` shows to what.',
      ],
      data: [{ name: 'staging' }, { name: 'prod' }],
    });
  });

  it('says so where there is none', async () => {
    const { title, lines, data } = await explained('');
    expect([title, lines.length, data]).toEqual(['Environments of customers: none', 1, []]);
    expect(lines[0]).toContain('no section env');
  });

  it('tells what one sets, by name', async () => {
    expect(await explained(two, 'prod')).toMatchObject({ title: 'customers in prod: 2 keys are otherwise' });
    await expect(explained(two, 'prdo')).rejects.toMatchObject({ code: 'env-unknown' });
  });
});
