import type { AiengError } from '../errors.ts';
import { dataError, gateError } from '../errors.ts';
import type { CascadeResult } from './cascade.ts';
import type { StageName } from './stage.ts';
import { outputOf } from './stageOutput.ts';

/** Why a cascade ended before the stage that was asked for: validation found errors (3) or a gate failed (4). */
export function stoppedBefore(done: CascadeResult, wanted: StageName): AiengError {
  const { name } = done.pipeline;
  if (done.last.stage === 'train') {
    const { verdict } = outputOf.train(done.last);
    return gateError({
      code: 'gate-failed',
      message: `${wanted} did not run: ${verdict.sentence}`,
      hint: `See each gate with \`aieng explain gate --pipeline ${name}\`; improve data, features or model, and train again.`,
    });
  }
  const errors = outputOf.validate(done.last).findings.filter((finding) => finding.severity === 'error');
  return dataError({
    code: 'validation-failed',
    message: `${wanted} did not run: validation found ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}. ${errors[0]?.message ?? ''}`,
    hint: errors[0]?.fix ?? `Run \`aieng validate ${name}\` to see all findings.`,
  });
}
