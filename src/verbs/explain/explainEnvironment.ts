import { listEnvironments } from '../../pipeline/environments/list.ts';
import { codeReader } from '../../project/code/codePipeline.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { ExplainOptions } from './options.ts';
import type { ExplainResult } from './result.ts';

const inWords = (value: unknown): string =>
  value === null ? 'nothing of its own' : typeof value === 'string' ? value : JSON.stringify(value);

const keysOtherwise = (changes: number): string =>
  changes === 0 ? 'nothing is otherwise' : `${changes} ${changes === 1 ? 'key is' : 'keys are'} otherwise`;

/** The environments of a pipeline, where none was named. */
async function listedEnvironments(context: Context, named: string | undefined): Promise<ExplainResult> {
  const { name, file } = await openPipeline(context, named);
  const environments = await listEnvironments(file, context.root, codeReader(context.root));
  const [first] = environments;
  return {
    topic: 'env',
    title: `Environments of ${name}: ${first === undefined ? 'none' : environments.map((each) => each.name).join(', ')}`,
    lines:
      first === undefined
        ? [
            'The file has no section env. Write what is otherwise somewhere: env: { prod: { deploy: { port: 80 } } }.',
          ]
        : [
            ...environments.map(
              (each) =>
                `${each.name}: ${keysOtherwise(each.changes.length)}${each.changes.length === 0 ? '' : ` (${each.changes.map(({ key }) => key).join(', ')})`}`,
            ),
            `\`aieng explain env ${first.name}\` shows to what.`,
          ],
    data: environments,
  };
}

/** What an environment of the pipeline sets otherwise than the file does without it; without a name, which there are. */
export async function explainEnvironment(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const { subject = context.env, pipeline: named } = options;
  if (subject === undefined) return listedEnvironments(context, named);
  const { name, env } = await openPipeline({ ...context, env: subject }, named);
  const changes = env?.changes ?? [];
  return {
    topic: 'env',
    title: `${name} in ${subject}: ${keysOtherwise(changes.length)}`,
    lines: changes.map(
      ({ key, value, instead }) => `${key}: ${inWords(value)}, instead of ${inWords(instead)}`,
    ),
    data: changes,
  };
}
