import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { interruptedError } from '../../errors.ts';
import { init } from './init.ts';
import type { InitOptions } from './options.ts';

const day = (at: number): string =>
  `2024-${String(1 + (at % 12)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;
const rows = [
  'made,changed,size,rating',
  ...Array.from(
    { length: 300 },
    (_, at) => `${day(at)},${day(at * 7)},${(at * 37) % 101}.5,${1 + ((at * 3) % 5)}`,
  ),
].join('\n');

const open = (): Promise<TestProject> => openTestProject({ 'rows.csv': `${rows}\n` });

/** `init` with these answers typed one after the other; the questions, and the pipeline that it wrote. */
async function asked(
  answers: readonly string[],
  flags: Partial<InitOptions> = {},
): Promise<{ questions: readonly string[]; pipeline: string }> {
  const { context } = await open();
  const questions: string[] = [];
  const ask = async (text: string): Promise<string> => {
    const answer = answers[questions.length];
    questions.push(text.split('\n')[0] ?? '');
    if (answer === undefined) throw new Error(`not expected: ${text}`);
    return answer;
  };
  await init(context, { directory: '.', from: 'rows.csv', ask, ...flags });
  expect(questions).toHaveLength(answers.length);
  return { questions, pipeline: readFileSync(join(context.root, 'pipelines', 'rows.yaml'), 'utf8') };
}

async function unasked(flags: Partial<InitOptions>): Promise<string> {
  const { context } = await open();
  await init(context, { directory: '.', from: 'rows.csv', ...flags });
  return readFileSync(join(context.root, 'pipelines', 'rows.yaml'), 'utf8');
}

describe('init that asks', () => {
  it('asks for label, task and time; Enter is what is found without a question', async () => {
    const { questions, pipeline } = await asked(['rating', '', '']);
    expect(questions).toEqual([
      'Which column of rows.csv is to be predicted? (--label)',
      'What are the numbers of rating? (--task)',
      expect.stringMatching(/^When does a row become known\?.*\(--time\)$/),
    ]);
    expect(pipeline).toBe(await unasked({ label: 'rating' }));
    expect(pipeline).toMatch(/task: multiclass[\s\S]*\ntime: made\n/);
  });

  it('an answer is what its flag is, and a flag is no question', async () => {
    const { pipeline } = await asked(['ratng', 'rating', '2', 'changed']);
    const flags = { label: 'rating', task: 'regression', time: 'changed' } as const;
    expect(pipeline).toBe(await unasked(flags));
    expect(pipeline).toMatch(/task: regression[\s\S]*\ntime: changed\nsplit: \{ strategy: time \}\n/);
    expect((await asked([], flags)).pipeline).toBe(pipeline);
    const { pipeline: none } = await asked(['none'], { label: 'rating', task: 'multiclass' });
    expect(none).toBe(await unasked({ label: 'rating', task: 'multiclass', time: null }));
    expect(none).not.toMatch(/^time:/m);
  });

  it('asks nothing where the data tell: words, or a quantity, and no times', async () => {
    const text = Array.from({ length: 60 }, (_, at) => `${at % 7},${at % 3 === 0 ? 'yes' : 'no'},${at}.5`);
    const { context } = await openTestProject({ 'rows.csv': `n,left,price\n${text.join('\n')}\n` });
    const ask = (question: string): Promise<string> => Promise.reject(new Error(question));
    await init(context, { directory: '.', from: 'rows.csv', label: 'left', name: 'a', ask });
    await init(context, { directory: '.', from: 'rows.csv', label: 'price', name: 'b', ask });
    expect(readdirSync(join(context.root, 'pipelines'))).toHaveLength(4);
  });

  it.each([0, 1, 2])('Ctrl-C at question %i leaves nothing behind', async (at) => {
    const { context } = await open();
    const answers = ['rating', '', ''].slice(0, at);
    const ask = async (): Promise<string> => {
      const answer = answers.shift();
      if (answer === undefined) throw interruptedError();
      return answer;
    };
    await expect(init(context, { directory: '.', from: 'rows.csv', ask })).rejects.toThrow(
      interruptedError(),
    );
    expect(readdirSync(context.root).filter((name) => name !== '.aieng')).toEqual(['rows.csv']);
  });

  it.each([
    [{ label: 'size', task: 'multiclass' }, 'task-does-not-fit', '--task regression'],
    [{ label: 'rating', task: 'binary' }, 'task-does-not-fit', '--task multiclass'],
    [{ label: 'rating', time: 'mad' }, 'time-of-no-column', '--time made'],
    [{ label: 'rating', time: 'size' }, 'time-of-no-column', '--date-format "size='],
    [{ from: undefined, time: 'made' }, 'from-not-given', '--from <file>'],
    [{ from: undefined, task: 'binary' }, 'from-not-given', '--from <file>'],
  ] as const)('%j is refused, with what to write', async (flags, code, hint) => {
    const { context } = await open();
    await expect(
      init(context, { directory: '.', from: 'rows.csv', ...flags } as InitOptions),
    ).rejects.toMatchObject({ code, exitCode: 2, hint: expect.stringContaining(hint) });
    expect(readdirSync(context.root)).not.toContain('pipelines');
  });
});
