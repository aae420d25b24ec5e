import { expect, it } from 'vitest';
import { sha256 } from '../../digest.ts';
import { csvOf, customers, openTestProject } from '../../cascade/testing.fixture.ts';
import { scriptWorld } from '../../cascade/script/world.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import { recordedFiles, requireConsent } from './consent.ts';
import type { RecordedScript } from './consent.ts';

const digest = (letter: string): string => `docker.io/library/python@sha256:${letter.repeat(64)}`;

// Which image a name means is said by an engine; here it is said by the test.
it('a recorded program whose image is not what the pipeline’s is now asks for consent', async () => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': `source: data/customers.csv
label: { column: left, positive: 'Yes' }
model: { script: { command: [python, train.py], image: 'python:3.12' } }
`,
    'data/customers.csv': csvOf(customers(0, 20)),
    'train.py': 'print()',
  });
  const { model } = await openPipeline(context, 'left');
  const recorded: RecordedScript = {
    script: model.script,
    files: { 'train.py': sha256('print()') },
    programs: {},
    image: digest('a'),
    commit: null,
  };
  const asked = (image: string | null, allowed = false): Promise<void> => {
    const world: ScriptWorld = { ...scriptWorld(context, 'left'), image: () => Promise.resolve(image) };
    return requireConsent(context, 'left', recorded, world, allowed);
  };
  await expect(asked(digest('a'))).resolves.toBeUndefined();
  await expect(asked(digest('b'))).rejects.toMatchObject({
    code: 'code-not-allowed',
    exitCode: 2,
    message: expect.stringContaining(`the image is ${digest('b')} now`),
  });
  await expect(asked(null)).rejects.toMatchObject({
    message: expect.stringContaining('python:3.12 is not on this machine'),
  });
  await expect(asked(digest('b'), true)).resolves.toBeUndefined();
  // Then it could be run, which it might ask.
  const then: RecordedScript = { ...recorded, programs: { 'train.py': true } };
  const world: ScriptWorld = { ...scriptWorld(context, 'left'), image: () => Promise.resolve(digest('a')) };
  await expect(requireConsent(context, 'left', then, world, false)).rejects.toMatchObject({
    message: expect.stringContaining('(train.py)'),
  });
});

it.each([
  [{ 'run.sh': true as const }, 'train.py', true],
  [{}, './run.sh', false],
  // An older record does not say: what is called by its path could be run.
  [null, './run.sh', true],
  [null, 'train.py', false],
])('a recorded file may be run as it could be then: %j, called %s', async (programs, word, expected) => {
  const { context } = await openTestProject({
    'pipelines/left.yaml': `source: data/customers.csv
label: { column: left, positive: 'Yes' }
model: { script: { command: [${word}] } }
`,
    'data/customers.csv': csvOf(customers(0, 20)),
  });
  const { model } = await openPipeline(context, 'left');
  const files = { 'run.sh': await context.store.put('true') };
  const found = await recordedFiles(context, {
    ...{ script: model.script, files, programs, image: null, commit: null },
  });
  expect(found.get('run.sh')?.isExecutable).toBe(expected);
});
