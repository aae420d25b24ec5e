import type { Context } from './context.ts';
import { cascade } from './cascade.ts';
import { cascadeOutcome } from './cascadeOutcome.ts';
import { deploy } from './deploy.ts';
import type { Outcome } from './outcome.ts';
import { packaged } from './package.ts';
import type { DeployResult, PackageResult, RunOptions } from './verbs.ts';

/** What `run` gives: the bundle, and the deployment where it went on to one. */
export interface RunResult {
  readonly package: PackageResult;
  readonly deploy: DeployResult | null;
}

/** Every stage that is stale, in order, up to package; with `to: deploy` on to the running service. */
export async function run(context: Context, options: RunOptions): Promise<Outcome<RunResult>> {
  const done = await cascade(context, 'package', options);
  const result = await packaged(context, done);
  const outcome = cascadeOutcome(done);
  if (options.to === 'package') return { ...outcome, result: { package: result, deploy: null } };
  const deployed = await deploy(context, {
    bundle: `${result.name}@${result.version}`,
    pipeline: done.pipeline.file,
    dryRun: false,
    waitMs: options.waitMs,
  });
  return {
    ...outcome,
    deployment: result.name,
    warnings: [...outcome.warnings, ...deployed.warnings],
    result: { package: result, deploy: deployed.result },
  };
}
