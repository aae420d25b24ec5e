import { transformParams } from '../features/reference.ts';
import { familySections } from '../modeling/reference.ts';
import { loadPipeline, resolvePipeline } from '../pipeline/load.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { editorSchema } from '../pipeline/schema/index.ts';
import type { Vocabulary } from '../pipeline/schema/index.ts';
import { metrics } from '../statistics/metrics/index.ts';
import { codeReader } from './code/codePipeline.ts';
import type { Context } from './context.ts';

/** What a pipeline file may name of other rooms. */
const vocabulary = (): Vocabulary => ({
  transforms: transformParams(),
  metrics,
  families: familySections(),
});

/**
 * The pipeline that a command means: by name, by path, or the only one; with keys set for this run. A file of its own, since it knows every
 * transform and family: a stage whose code reached it would be stale for any of them.
 */
export async function openPipeline(
  context: Context,
  nameOrPath: string | undefined,
  set?: readonly string[],
): Promise<Pipeline> {
  const file = await resolvePipeline(context.root, nameOrPath, context.environment.cwd);
  const { variables } = context.environment;
  return loadPipeline(file, context.root, {
    ...vocabulary(),
    variables,
    set,
    env: context.env,
    readCode: codeReader(context.root),
  });
}

/** The JSON Schema of pipeline files for editors; the package ships it as `aieng/pipeline.schema.json`. */
export function pipelineJsonSchema(): Readonly<Record<string, unknown>> {
  return editorSchema(vocabulary());
}
