import type { RunResult } from './result.ts';
import type { RunOptions } from './options.ts';
import type { Context } from '../../project/context.ts';
import type { CascadeResult } from '../../cascade/cascade.ts';
import { cascade } from '../../cascade/cascade.ts';
import { cascadeOutcome } from '../../cascade/outcome.ts';
import { deploy } from '../deploy/deploy.ts';
import type { Outcome } from '../../project/outcome.ts';
import { packaged, unsignedWarnings } from '../package/package.ts';
import { trained, trainingReport } from '../train/train.ts';

/** Who asked for an image and needed none is told. */
const idleImage = (wish: RunOptions['inImage'], { image }: CascadeResult): readonly string[] =>
  wish === undefined || image !== null
    ? []
    : ['Features, model and bundle were known already: nothing was computed in an image.'];

/**
 * Every stage that is stale, in order, up to package; with `to: deploy` on to the running service.
 *
 * @example
 * ```ts
 * const { stages } = await run(context, { pipeline: 'churn', to: 'package', waitMs: 0 });
 * // stages.map(({ name }) => name) → ['ingest', 'validate', 'featurize', 'train', 'package']
 * ```
 */
export async function run(context: Context, options: RunOptions): Promise<Outcome<RunResult>> {
  const { inImage: wish } = options;
  const elsewhere =
    wish === undefined
      ? undefined
      : (await import('../../cascade/elsewhere/inImage.ts')).inImage(context, wish);
  const done = await cascade(context, 'package', options, elsewhere);
  const result = await packaged(context, done);
  const model = trained(done);
  const told = cascadeOutcome(done);
  const outcome = {
    ...told,
    reports: [await trainingReport(context, done)],
    warnings: [...told.warnings, ...idleImage(wish, done), ...unsignedWarnings(result)],
  };
  if (options.to !== 'deploy') return { ...outcome, result: { train: model, package: result, deploy: null } };
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
    result: { train: model, package: result, deploy: deployed.result },
  };
}
