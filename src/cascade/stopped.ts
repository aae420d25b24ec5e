import type { AiengErrorOptions } from '../errors.ts';
import { AiengError, exitCodes } from '../errors.ts';
import type { CascadeResult } from './cascade.ts';
import { cascadeOutcome } from './outcome.ts';
import type { Outcome } from '../project/outcome.ts';
import type { StageName } from './stage.ts';
import { outputOf } from '../tracking/stages.ts';

/** A cascade ended before the stage that was asked for. `made` is what it did until then: its stages, metrics, gates. */
export class StoppedError extends AiengError {
  readonly made: Omit<Outcome, 'result'>;

  constructor(options: AiengErrorOptions, made: Omit<Outcome, 'result'>) {
    super(options);
    this.made = made;
  }
}

/** Why a cascade ended before the stage that was asked for: validation found errors (3) or a gate failed (4). */
export function stoppedBefore(done: CascadeResult, wanted: StageName): StoppedError {
  const { name } = done.pipeline;
  const made = cascadeOutcome(done);
  if (done.last.stage === 'train') {
    const { verdict } = outputOf.train(done.last);
    const gateFailed = {
      code: 'gate-failed',
      message: `${wanted} did not run: ${verdict.sentence}`,
      hint: `See each gate with \`aieng explain gate --pipeline ${name}\`; improve data, features or model, and train again. Who wants this model all the same takes the gate out of evaluation.gates, where that stays on record.`,
      exitCode: exitCodes.gateFailed,
    };
    return new StoppedError(gateFailed, made);
  }
  const errors = outputOf.validate(done.last).findings.filter((finding) => finding.severity === 'error');
  const rejected = {
    code: 'validation-failed',
    message: `${wanted} did not run: validation found ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}. ${errors[0]?.message ?? ''}`,
    hint: errors[0]?.fix ?? `Run \`aieng validate ${name}\` to see all findings.`,
    exitCode: exitCodes.dataRejected,
  };
  return new StoppedError(rejected, made);
}
