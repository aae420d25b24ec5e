import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeEnvironment } from '../../environment/fixed.ts';
import type { MonitorReport } from '../../monitoring/report.ts';
import { sampleInputs } from '../../packaging/bundle.fixture.ts';
import { planBundle } from '../../packaging/plan.ts';
import type { Context } from '../../project/context.ts';
import { referenceOf } from '../../project/observation/reference.ts';
import { openFileStore } from '../../store/backends/fs/index.ts';
import { monitorReportKind } from '../../tracking/monitorReports.ts';
import { accept, requireReason } from './accept.ts';
import type { Acceptance } from './accept.ts';

const scratch = mkdtempSync(join(tmpdir(), 'aieng-accept-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let folders = 0;
const bundle = planBundle(sampleInputs());
const drift = { kind: 'drift', message: 'contract drifted', columns: ['contract'] } as const;
const health = { kind: 'health', message: 'The service does not answer.', columns: [] } as const;

async function accepted(
  alarms: MonitorReport['alarms'],
): Promise<Acceptance & { readonly inForce: Awaited<ReturnType<typeof referenceOf>> }> {
  const environment = { ...fakeEnvironment(), variables: { USER: 'ada' } };
  const store = await openFileStore({ folder: join(scratch, String(++folders)), environment });
  // Nothing else of a context is asked for.
  const context = { store, environment } as unknown as Context;
  const report: MonitorReport = {
    ...monitorReportKind.sample,
    alarms,
    decision: alarms.length > 0 ? 'alarm' : 'calm',
  };
  const reference = { ...sampleInputs().documents['reference.json'], rows: 1770 };
  const present = () => Promise.resolve({ reference, scored: null, from: null });
  const given = await accept(context, 'churn', bundle, { report, present }, 'prices rose');
  return { ...given, inForce: await referenceOf(context, 'churn', bundle) };
}

describe('accepting', () => {
  it('makes what is there now the reference, with who and why, and closes the alarms', async () => {
    const { report, warnings, inForce } = await accepted([drift]);
    expect(report).toMatchObject({ decision: 'accepted', alarms: [] });
    expect(report.accepted).toMatchObject({
      by: 'person',
      why: 'prices rose',
      seen: [{ kind: 'drift', message: 'contract drifted' }],
    });
    expect(report.accepted!.who).toMatch(/^ada@/);
    expect(inForce.reference.rows).toBe(1770);
    expect(inForce.accepted!.why).toBe('prices rose');
    expect(warnings).toEqual(['1 alarm accepted: the newest 1,770 rows are the reference from now on.']);
  });

  it('leaves the alarms of a service, which nobody can accept', async () => {
    const both = await accepted([drift, health]);
    expect(both.report).toMatchObject({ decision: 'alarm', alarms: [health] });
    expect(both.inForce.accepted).not.toBeNull();
    const alone = await accepted([health]);
    expect(alone.report).toMatchObject({ decision: 'alarm', alarms: [health] });
    expect(alone.inForce.accepted).toBeNull();
    expect(alone.warnings).toEqual([
      'Nothing was accepted: how a service does is mended, not accepted. The reference stays as it is.',
    ]);
  });

  it('says that there is nothing to accept', async () => {
    const { report, warnings, inForce } = await accepted([]);
    expect(report.decision).toBe('calm');
    expect(inForce.accepted).toBeNull();
    expect(warnings).toEqual(['Nothing was accepted: there is no alarm. The reference stays as it is.']);
  });

  it('asks for a reason', () => {
    expect(() => requireReason('  ')).toThrow(expect.objectContaining({ code: 'no-reason', exitCode: 2 }));
    requireReason(undefined);
    requireReason('prices rose');
  });
});
