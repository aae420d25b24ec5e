import { canonicalJson, sha256 } from '../../digest.ts';
import { AiengError, usageError } from '../../errors.ts';
import { scriptFamily } from '../../modeling/concerned.ts';
import type { ScriptParameters } from '../../modeling/families/script/parameters.ts';
import type { Context } from '../../project/context.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { ScriptFile, ScriptFiles } from '../../scripting/files.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import type { StageRecord } from '../../tracking/stages.ts';

/** The program of a recorded training: its section, its files by digest, its image. */
export interface RecordedScript {
  readonly script: ScriptParameters;
  readonly files: Readonly<Record<string, string>>;
  /** Those that may be run; null: an older record does not say. */
  readonly programs: Readonly<Record<string, true>> | null;
  readonly image: string | null;
  /** Of git, that the training was made at; null where there was none. */
  readonly commit: string | null;
}

/** The program that a training ran; null where none did. */
export function recordedScript({ parts }: StageRecord, commit: string | null): RecordedScript | null {
  const model = parts['pipeline model'] as unknown as {
    readonly family: string;
    readonly script: ScriptParameters;
  };
  const files = parts['script files'] as unknown as RecordedScript['files'] | undefined;
  if (model.family !== scriptFamily || files === undefined) return null;
  return {
    ...{ script: model.script, files, commit },
    programs: (parts['script programs'] ?? null) as RecordedScript['programs'],
    image: (parts['script image'] ?? null) as string | null,
  };
}

/** How the program of the project's present pipeline differs from the recorded one; empty: it is that. */
async function strangeIn(
  context: Context,
  name: string,
  recorded: RecordedScript,
  world: ScriptWorld,
): Promise<readonly string[]> {
  try {
    const { model } = await openPipeline(context, name);
    if (model.family !== scriptFamily) return ['the pipeline has no script now'];
    if (canonicalJson(model.script) !== canonicalJson(recorded.script))
      return ['model.script of the pipeline is another one now'];
    // Section and files alone would let a store from elsewhere name the image that they run in.
    const image = await world.image(model.script, true);
    if (image !== recorded.image)
      return [
        image === null
          ? `the image ${model.script.image ?? ''} is not on this machine`
          : `the image is ${image} now`,
      ];
    const found = await world.files(model.script);
    const { files, programs } = recorded;
    return [...new Set([...found.keys(), ...Object.keys(files)])].filter((path) => {
      const now = found.get(path);
      if (now === undefined || sha256(now.bytes) !== files[path]) return true;
      return programs !== null && path in programs !== now.isExecutable;
    });
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    return [error.message];
  }
}

/**
 * Lets a recorded program run that is the present one of the project's own pipeline, and any other one where somebody allowed it.
 *
 * @throws a usage error (exit 2) that shows command, image and files
 */
export async function requireConsent(
  context: Context,
  name: string,
  recorded: RecordedScript,
  world: ScriptWorld,
  allowed: boolean,
): Promise<void> {
  const strange = await strangeIn(context, name, recorded, world);
  if (strange.length === 0) return;
  const { script, image, files, commit } = recorded;
  const head = (await context.git())?.commit ?? null;
  const isElsewhere = commit !== null && commit !== head;
  const where = isElsewhere
    ? `, made at commit ${commit.slice(0, 12)} (here: ${head?.slice(0, 12) ?? 'none'}),`
    : '';
  const message = `The recorded training${where} runs ${script.command.join(' ')} ${image === null ? 'on this machine' : `in ${image}`} with ${Object.keys(files).join(', ')}, which is not what the pipeline of this project runs now (${strange.slice(0, 5).join(', ')}).`;
  if (allowed) {
    context.progress({ kind: 'warning', message });
    return;
  }
  throw usageError({
    code: 'code-not-allowed',
    message,
    hint: `Look at it, and add --allow-code to run it as it was recorded; or ${isElsewhere ? `\`git checkout ${commit}\`, where it is the project’s own, and reproduce there` : 'bring the files back that it was made of'}.`,
  });
}

/** The files of a recorded program, from the store. */
export async function recordedFiles(
  { store }: Pick<Context, 'store'>,
  { files, script, programs }: RecordedScript,
): Promise<ScriptFiles> {
  const found: [string, ScriptFile][] = [];
  for (const [path, digest] of Object.entries(files)) {
    // Where nothing is said: a program that is called by its path has to be one.
    const isExecutable = programs === null ? script.command[0]?.endsWith(path) === true : path in programs;
    found.push([path, { bytes: await store.get(digest), isExecutable }]);
  }
  return new Map(found);
}
