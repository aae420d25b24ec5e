import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../../../cascade/testing.fixture.ts';
import { keptRunsFile } from '../../../tracking/runs/keptRuns.ts';
import { removeRun } from '../../../tracking/runs/marks.ts';
import type { RunEntry } from './keptRuns.ts';
import { keepRuns, readKeptRuns } from './keptRuns.ts';

const { context } = await openTestProject({});

const entry = (id: string, train?: string): RunEntry => ({
  run: {
    id,
    pipeline: 'churn',
    command: 'run',
    startedAt: 1_764_400_000_000,
    durationMs: 4_000,
    outcome: 'ok',
    because: null,
    model: null,
    bundle: null,
    git: null,
    host: 'here',
    set: [],
    tags: [],
    note: null,
    figures: new Map([['seconds', 4]]),
  },
  train,
});
const entries = [entry('01JHX3Q4V5W6X7Y8Z9A0B1C2D3', 'a key'), entry('01JHX3Q4V5W6X7Y8Z9A0B1C2D4')];
const file = keptRunsFile(context.store);

describe('runs that are kept for the next pages', () => {
  it('come back as they were', async () => {
    expect(await readKeptRuns(context)).toEqual(new Map());
    await keepRuns(context, entries);
    expect([...(await readKeptRuns(context)).values()]).toEqual(entries);
  });

  it('are read from their records again where another aieng wrote the file, or where it is no such file', async () => {
    await keepRuns(context, entries);
    const newer = { ...context, environment: { ...context.environment, version: '99.0.0' } };
    expect(await readKeptRuns(newer)).toEqual(new Map());
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.replace('"pipeline":"churn"', '"pipeline":7'));
    expect([...(await readKeptRuns(context)).keys()]).toEqual([entries[1]!.run.id]);
    for (const text of ['', 'null', '[]', '{"form":1}', whole.slice(0, -9)]) {
      await writeFile(file, text);
      expect(await readKeptRuns(context)).toEqual(new Map());
    }
  });

  it('stand in no file once one of them is deleted', async () => {
    await keepRuns(context, entries);
    await removeRun(context, entries[0]!.run.id);
    expect(await readKeptRuns(context)).toEqual(new Map());
  });
});
