import { beforeEach, describe, expect, it, vi } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import type { DeploymentStatus, Target, TargetContext } from '../../deployment/target.ts';
import type { Context } from '../../project/context.ts';
import { metricsWithin } from '../../project/deployment/place.ts';
import { deploymentRef, moveRef, servedValue } from '../../tracking/served.ts';
import { status } from './status.ts';

interface Service {
  state: DeploymentStatus['state'];
  asked: number;
  metrics: (context: TargetContext) => Promise<string | null>;
}
const service = vi.hoisted((): Service => ({
  state: 'running',
  asked: 0,
  metrics: (_context: TargetContext): Promise<string | null> => Promise.resolve(null),
}));
vi.mock('../../deployment/index.ts', () => {
  const local: Partial<Target> = {
    name: 'local',
    status: async (name) => ({
      name,
      target: 'local',
      state: service.state,
      url: 'http://127.0.0.1:8080',
      version: 1,
      bundleDigest: 'a'.repeat(64),
      since: null,
      pid: null,
      restarts: 0,
      message: '',
    }),
    metrics: (_name, context) => {
      service.asked += 1;
      return service.metrics(context);
    },
  };
  return { targets: [local] };
});

let context: Context;
beforeEach(async () => {
  Object.assign(service, { state: 'running', asked: 0 });
  ({ context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline() }));
  await moveRef(context, deploymentRef('left'), servedValue(1, 'a'.repeat(64)), 'test');
});
const looked = async (): Promise<unknown> => {
  const { exitCode, warnings, result } = await status(context, {});
  return [exitCode, warnings, result.deployments[0]?.lostRecords];
};
const says = (...texts: readonly string[]): void => {
  service.metrics = () => Promise.resolve(texts.join('\n'));
};

describe('status', () => {
  it('tells how many predictions the log lacks, from one on', async () => {
    says('aieng_prediction_log_records_total 7', 'aieng_prediction_log_lost_total 0');
    expect(await looked()).toEqual([0, [], 0]);
    says('aieng_prediction_log_lost_total 1');
    expect(await looked()).toEqual([
      0,
      [expect.stringMatching(/^left could not record 1 prediction since .*its log lacks them/)],
      1,
    ]);
    // Every process of the service counts its own.
    says('aieng_prediction_log_lost_total{pod="a"} 2', 'aieng_prediction_log_lost_total{pod="b"} 3');
    expect(await looked()).toEqual([0, [expect.stringContaining('record 5 predictions')], 5]);
  });

  it('tells how many wait in memory for the disk', async () => {
    says('aieng_prediction_log_waiting{pod="a"} 2', 'aieng_prediction_log_waiting{pod="b"} 1');
    const { warnings, result } = await status(context, {});
    expect(warnings).toEqual([
      expect.stringMatching(/^left has 3 predictions in memory that its disk refuses.*logs\/left/),
    ]);
    expect(result.deployments[0]).toMatchObject({ lostRecords: 0, waitingRecords: 3 });
    says('aieng_prediction_log_waiting 0');
    expect(await looked()).toEqual([0, [], 0]);
  });

  it('says that it does not know where the service does not say, which is no alarm', async () => {
    service.metrics = () => Promise.resolve(null);
    expect(await looked()).toEqual([0, [], null]);
    service.metrics = () => Promise.reject(new Error('forbidden'));
    expect(await looked()).toEqual([0, [], null]);
  });

  it.each(['stopped', 'unhealthy'] as const)('does not ask one that is %s', async (state) => {
    service.state = state;
    expect(await looked()).toMatchObject([5, [expect.stringContaining(state)], null]);
    expect(service.asked).toBe(0);
  });

  it('waits so long for an answer and no longer, and ends the question then', async () => {
    let given: AbortSignal | undefined;
    service.metrics = ({ signal }) => {
      given = signal;
      return new Promise(() => undefined);
    };
    expect(await metricsWithin(context, 'left', 1)).toBeNull();
    await expect.poll(() => given?.aborted).toBe(true);
  });
});
