import { describe, expect, it } from 'vitest';
import { AiengError } from '../errors.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { placeInPipeline } from './pipelinePlace.ts';

const pipeline = {
  file: '/p/pipelines/left.yaml',
  places: {
    '/label': { line: 2, column: 1 },
    '/label/positive': { line: 3, column: 5 },
    '/split': { line: 9, column: 1 },
  },
} as unknown as Pipeline;

const failing = (code: string, at?: { file: string }) => () =>
  Promise.reject(
    new AiengError({ code, message: 'm', hint: 'h', exitCode: 3, ...(at === undefined ? {} : { at }) }),
  );

describe('placeInPipeline', () => {
  it.each([
    ['label-positive-unknown', { line: 3, column: 5 }],
    ['label-not-a-number', { line: 2, column: 1 }],
    ['label-other', { line: 2, column: 1 }],
    ['split-part-empty', { line: 9, column: 1 }],
  ])('%s is about a place of the file', async (code, place) => {
    await expect(placeInPipeline(pipeline, failing(code))).rejects.toMatchObject({
      code,
      exitCode: 3,
      at: { file: pipeline.file, ...place },
    });
  });

  it('leaves alone what has a place, what is about something else, and results', async () => {
    await expect(
      placeInPipeline(pipeline, failing('label-other', { file: 'data.csv' })),
    ).rejects.toMatchObject({ at: { file: 'data.csv' } });
    const other = await placeInPipeline(pipeline, failing('too-many-rejected')).catch(
      (error: unknown) => error,
    );
    expect((other as AiengError).at).toBeUndefined();
    const bug = new TypeError('x');
    await expect(placeInPipeline(pipeline, () => Promise.reject(bug))).rejects.toBe(bug);
    expect(await placeInPipeline(pipeline, () => 7)).toBe(7);
  });
});
