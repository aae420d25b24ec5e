import { describe, expect, it } from 'vitest';
import type { Context } from '../../project/context.ts';
import type { CascadeResult } from '../cascade.ts';
import { cascade } from '../cascade.ts';
import { outputOf } from '../output.ts';
import { csvOf, customers, customersPipeline, openTestProject } from '../testing.fixture.ts';

const ingest = (context: Context): Promise<CascadeResult> => cascade(context, 'ingest', { waitMs: 0 });

/** The same, where something happens after the key of the stage was made and before the work begins. */
const meanwhile = (context: Context, happens: () => void): Context => ({
  ...context,
  progress: (event) => {
    if (event.kind === 'stage' && event.stage === 'ingest' && event.state === 'started') happens();
  },
});

describe('a source that is replaced between hashing and reading', () => {
  const first = csvOf(customers(0, 50));
  const second = csvOf(customers(0, 60));
  const files = { 'pipelines/left.yaml': customersPipeline(), 'data/customers.csv': first };

  it('is kept under the key of what was read, so that neither content is ever taken for the other', async () => {
    const { context, write } = await openTestProject(files);
    // The schema has to stand: it is written by the first look at the source.
    await ingest(context);
    write('data/customers.csv', csvOf(customers(0, 55)));
    const raced = await ingest(meanwhile(context, () => write('data/customers.csv', second)));
    expect(outputOf.ingest(raced.last).snapshot.rows).toBe(60);
    const again = await ingest(context);
    expect([again.stages[0]?.state, again.last.digest]).toEqual(['cached', raced.last.digest]);
    write('data/customers.csv', csvOf(customers(0, 55)));
    expect(outputOf.ingest((await ingest(context)).last).snapshot.rows).toBe(55);
    write('data/customers.csv', first);
    expect(outputOf.ingest((await ingest(context)).last).snapshot.rows).toBe(50);
  });

  it('so is a row schema', async () => {
    const { context, write: writeFile } = await openTestProject(files);
    await ingest(context);
    const write = (text: string): void => writeFile('pipelines/left.schema.json', text);
    const schema = (nullable: string): string =>
      `{"type": "object", "properties": {"id": {"type": "string", "x-aieng": {"kind": "text"}}, "left": {"type": ${nullable}, "x-aieng": {"kind": "category"}}, "tenure": {"type": "integer"}, "note": {"type": "string", "x-aieng": {"kind": "text"}}}, "required": ["left"]}`;
    write(schema('["string", "null"]'));
    const raced = await ingest(meanwhile(context, () => write(schema('"string"'))));
    const again = await ingest(context);
    expect([again.stages[0]?.state, again.last.key]).toEqual(['cached', raced.last.key]);
    write(schema('["string", "null"]'));
    expect((await ingest(context)).stages[0]?.state).toBe('ran');
  });
});
