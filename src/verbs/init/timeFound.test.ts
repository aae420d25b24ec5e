import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { cascade } from '../../cascade/cascade.ts';
import { outputOf } from '../../tracking/stages.ts';
import { init } from './init.ts';
import type { InitOptions } from './options.ts';

const day = 24 * 3_600_000;
const dayOf = (row: number): string => new Date(Date.UTC(2023, 0, 1) + row * day).toISOString().slice(0, 10);

async function started(
  name: string,
  of: (row: number) => string,
  label: (row: number) => string,
  flags: Partial<InitOptions> = {},
) {
  const lines = Array.from({ length: 200 }, (_, row) => `${of(row)},${(row * 37) % 11},${label(row)}`);
  const project = await openTestProject({ 'data/x.csv': `${name},a,y\n${lines.join('\n')}\n` });
  const { result } = await init(project.context, {
    directory: '.',
    from: 'data/x.csv',
    label: 'y',
    name: 'x',
    ...flags,
  });
  const text = readFileSync(join(project.context.root, 'pipelines/x.yaml'), 'utf8');
  return { project, text, notes: result.notes.join('\n') };
}

const either = (row: number): string => ((row * 7) % 10 < 4 ? 'yes' : 'no');

describe('the split that init writes', () => {
  it("is by time where a time is shown to be the row's own, and training takes it", async () => {
    const { project, text, notes } = await started('when', (row) => dayOf(Math.floor(row / 2)), either);
    expect(text).toContain('time: when\nsplit: { strategy: time }');
    expect(notes).toContain('when is when each row was (the rows are in its order)');
    const { last } = await cascade(project.context, 'featurize', { waitMs: 0 });
    expect(last.exitCode).toBe(0);
  });

  it('is at random in doubt, which is told', async () => {
    const { text, notes } = await started('signup_date', (row) => dayOf((row * 61) % 97), either);
    expect(text).toContain('time: signup_date');
    expect(text).not.toContain('\nsplit: { strategy: time }');
    expect(notes).toContain('signup_date may be when each row was, but nothing shows it');
  });

  it('says one thing of a time that the label changes with, and nothing once the pipeline says hash', async () => {
    const late = (row: number): string => ((row * 61) % 97 > 20 + ((row * 37) % 50) ? 'yes' : 'no');
    const { project, text, notes } = await started('signup_date', (row) => dayOf((row * 61) % 97), late);
    expect(notes).not.toContain('the split deals them out at random');
    expect(notes).toContain('`split: { strategy: hash }` says so');
    const warned = async (): Promise<number> => {
      const { last } = await cascade(project.context, 'validate', { waitMs: 0 });
      const { findings } = outputOf.validate(last);
      return findings.filter(({ check, severity }) => check === 'time-not-split' && severity === 'warning')
        .length;
    };
    expect(await warned()).toBe(1);
    writeFileSync(join(project.context.root, 'pipelines/x.yaml'), `${text}\nsplit: { strategy: hash }\n`);
    expect(await warned()).toBe(0);
  });

  it('is at random, as written, where a person says that no time is when a row was', async () => {
    const flags = { time: null };
    const { text, notes } = await started('when', (row) => dayOf(Math.floor(row / 2)), either, flags);
    expect(text).toContain('split: { strategy: hash }');
    expect(text).not.toMatch(/^time:/m);
    expect(notes).not.toContain('split');
  });

  it('is at random where by time a part would lack a class', async () => {
    const { text, notes } = await started('when', dayOf, (row) => (row < 150 ? 'no' : 'yes'));
    expect(text).not.toContain('\nsplit: { strategy: time }');
    expect(notes).toContain('a part of the split would lack a class');
  });
});
