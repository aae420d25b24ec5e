import { usageError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { ExplainOptions } from './options.ts';
import type { ExplainResult } from './result.ts';

const inWords = (value: unknown): string =>
  value === null ? 'nothing of its own' : typeof value === 'string' ? value : JSON.stringify(value);

/** What an environment of the pipeline sets otherwise than the file does without it. */
export async function explainEnvironment(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const { subject = context.env, pipeline: named } = options;
  if (subject === undefined)
    throw usageError({
      code: 'env-not-given',
      message: 'Which environment is to be explained?',
      hint: 'Name it: `aieng explain env prod`.',
    });
  const { name, env } = await openPipeline({ ...context, env: subject }, named);
  const changes = env?.changes ?? [];
  return {
    topic: 'env',
    title: `${name} in ${subject}: ${changes.length === 0 ? 'nothing is otherwise' : `${changes.length} ${changes.length === 1 ? 'key is' : 'keys are'} otherwise`}`,
    lines: changes.map(
      ({ key, value, instead }) => `${key}: ${inWords(value)}, instead of ${inWords(instead)}`,
    ),
    data: changes,
  };
}
