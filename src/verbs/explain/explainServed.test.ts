import { describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { Context } from '../../project/context.ts';
import { desiredKind } from '../../tracking/desired.ts';
import { writeRecord } from '../../tracking/recordKind.ts';
import { approvalKind } from '../../tracking/retraining/approvals.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import { status } from '../status/status.ts';
import { explain } from './explain.ts';
import { timeOf } from './explainServed.ts';
import { flaggedInstant } from '../instant.ts';

const at = (text: string): number => Date.parse(`2020-03-0${text}:00Z`);
const [first, second] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];

async function wish(context: Context, id: string, more: Partial<typeof desiredKind.sample>): Promise<void> {
  await writeRecord(context.store, desiredKind, { of: 'left', id }, { ...desiredKind.sample, ...more });
}
const version = (number: number, bundle: string) =>
  ({ version: number, bundle, share: 1, role: 'serving' }) as const;

/** Version 1 by hand, version 2 by a retraining that a person approved, then stopped. */
async function deployed(): Promise<Context> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() });
  const { store } = context;
  await moveRef(context, deploymentRef('left'), servedValue(1, first), 'aieng deploy');
  await moveRef(context, deploymentRef('left'), servedValue(2, second), 'aieng approve');
  await wish(context, '01A', {
    at: at('1T08:00'),
    why: 'aieng deploy (run 01R)',
    versions: [version(1, first)],
  });
  await wish(context, '01B', { at: at('2T08:00'), why: 'aieng approve', versions: [version(2, second)] });
  await wish(context, '01C', { at: at('3T08:00'), why: 'aieng stop', state: 'stopped', versions: [] });
  await writeRecord(
    store,
    retrainingKind,
    { of: 'left', id: '01D' },
    {
      ...retrainingKind.sample,
      at: at('2T07:00'),
      decision: 'waits-for-approval',
      because: 'Better beyond noise.',
      challenger: { version: null, bundle: second },
    },
  );
  await writeRecord(
    store,
    approvalKind,
    { of: 'left', id: '01D' },
    { at: at('2T07:30'), bundle: second, verdict: 'approved', who: 'ada@build-3', why: 'the tariff stays' },
  );
  return context;
}

describe('explain --served-at', () => {
  it('says which version it was, who asked for it, what made it and who approved, also of bundles that are gone', async () => {
    const context = await deployed();
    const { result, warnings } = await explain(context, { servedAt: '2020-03-02T09:00+01:00' });
    expect(warnings).toEqual([]);
    expect(result.title).toBe('2020-03-02 08:00 UTC: left@2 served (local)');
    expect(result.lines).toEqual([
      'from 2020-03-02 08:00 UTC until 2020-03-03 08:00 UTC, by aieng approve',
      `left@2 (${second.slice(0, 12)}), serving`,
      '  made by retrain (run 01D, 2020-03-02 07:00 UTC): Better beyond noise.',
      '  begun by drift',
      '  approved by ada@build-3, 2020-03-02 07:30 UTC: the tariff stays',
      '  its bundle is not in the store any more: what it answered cannot be replayed',
      'the record says what was deployed, not whether it answered at that moment',
    ]);
  });

  it('at the borders: a minute before a change it is the one before, at it the one after', async () => {
    const context = await deployed();
    const titleAt = async (servedAt: string): Promise<string> =>
      (await explain(context, { servedAt, pipeline: 'left' })).result.title;
    expect(await titleAt('2020-03-02 07:59 UTC')).toContain('left@1 served');
    expect(await titleAt('2020-03-02 08:00 UTC')).toContain('left@2 served');
    expect(await titleAt('2020-03-03T08:00Z')).toContain('nothing served, left was stopped');
    const unknown = (await explain(context, { servedAt: '2020-03-01T07:59Z' })).result;
    expect(unknown.title).toContain('nothing is on record. left was deployed first at 2020-03-01 08:00 UTC');
    expect(unknown.data).toBeNull();
    const made = (await explain(context, { servedAt: '2020-03-01T08:00Z' })).result.lines;
    expect(made).toContain('  nothing on record says how it was made');
  });

  it('refuses what it cannot answer', async () => {
    const context = await deployed();
    const codeOf = (options: Parameters<typeof explain>[1]): Promise<unknown> =>
      explain(context, options).then(
        () => null,
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await codeOf({})).toBe('topic-not-given');
    expect(await codeOf({ topic: 'gate', servedAt: '2020-03-01T08:00Z' })).toBe('topic-not-given');
    expect(await codeOf({ servedAt: '2999-03-01T08:00Z' })).toBe('time-in-future');
    expect(await codeOf({ servedAt: '2020-03-01T08:00Z', pipeline: 'lift' })).toBe('not-deployed');
  });

  it.each(['2020-03-01T03:00', '03:00Z', '2020-03-01', 'yesterday'])(
    '"%s" is no time with a zone',
    (given) => {
      expect(() => timeOf(given)).toThrow(/no time with a zone/);
    },
  );

  it.each(['2020-02-30T03:00Z', '2020-13-01T03:00Z', '2020-03-01T25:00Z'])('"%s" does not exist', (given) => {
    expect(() => timeOf(given)).toThrow(/a day or an hour that does not exist/);
    expect(() => flaggedInstant('--since', given)).toThrow(/--since: .* does not exist/);
  });

  it('reads zones', () => {
    const three = Date.parse('2020-03-01T03:00:00Z');
    for (const given of [
      '2020-03-01T03:00Z',
      '2020-03-01 03:00 UTC',
      '2020-03-01T04:00+0100',
      '2020-03-01T03:00:00.000z',
    ])
      expect(timeOf(given)).toBe(three);
  });
});

describe('status --history', () => {
  it('tells all of it, oldest first, and nothing of it where it was not asked for', async () => {
    const context = await deployed();
    const { result } = await status(context, { history: true });
    expect(result.deployments[0]?.periods).toMatchObject([
      {
        from: at('1T08:00'),
        until: at('2T08:00'),
        state: 'running',
        versions: [{ version: 1, origin: null }],
      },
      {
        until: at('3T08:00'),
        versions: [{ version: 2, kept: false, origin: { runId: '01D', approval: { who: 'ada@build-3' } } }],
      },
      { until: null, state: 'stopped' },
    ]);
    expect((await status(context, {})).result.deployments[0]?.periods).toBeNull();
  });
});
