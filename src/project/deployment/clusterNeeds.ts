import { relative, sep } from 'node:path';
import { measureMemory } from '../../deployment/index.ts';
import type { Target, TargetContext, Wish } from '../../deployment/target.ts';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { readMeasuredMemory, writeMeasuredMemory } from '../../tracking/measuredMemory.ts';
import type { Context } from '../context.ts';
import { pipelineOf } from './pipelineOf.ts';
import { underRoot } from '../inputs.ts';

/** Bytes that the service of a bundle needs, measured once: the same bundle gets the same manifests ever after. */
async function memoryOf(context: Context, wish: Wish, access: TargetContext): Promise<number> {
  const known = await readMeasuredMemory(context, wish.bundleDigest);
  if (known !== undefined) return known;
  context.progress({ kind: 'step', message: 'measuring the memory that the service needs' });
  const bytes = await measureMemory(wish, { ...access, progress: () => undefined });
  await writeMeasuredMemory(context, wish.bundleDigest, bytes);
  return bytes;
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The pipeline file and its row schema, by path relative to the root: what monitor and retrain read in a cluster. */
async function projectFiles(context: Context, name: string): Promise<ReadonlyMap<string, string>> {
  const pipeline = await pipelineOf(context, name);
  if (pipeline === null) return new Map();
  const paths = [pipeline.file, underRoot(context, pipeline.schema)];
  const entries = await Promise.all(
    paths.map(async (path) => {
      const inside = relative(context.root, path).split(sep).join('/');
      return [inside, decode(await readWholeFile(path))] as const;
    }),
  );
  return new Map(entries);
}

/** What only a cluster is told: the project's files, and the memory to ask for where the pipeline leaves it open. */
export async function clusterNeeds(
  context: Context,
  target: Target,
  wish: Wish,
  access: TargetContext,
): Promise<Partial<TargetContext>> {
  if (target.runs !== 'pushed-image') return {};
  const files = await projectFiles(context, wish.name);
  if (access.settings.kubernetes.memoryMb !== null) return { projectFiles: files };
  return { projectFiles: files, measuredMemoryBytes: await memoryOf(context, wish, access) };
}
