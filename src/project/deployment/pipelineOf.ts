import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Context } from '../context.ts';
import { openPipeline } from '../openPipeline.ts';

/** The pipeline of a bundle's name, or null where this project has none (a bundle that came as a file). */
export async function pipelineOf(context: Context, name: string): Promise<Pipeline | null> {
  try {
    return await openPipeline(context, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'pipeline-not-found') return null;
    throw error;
  }
}
