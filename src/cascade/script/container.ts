import { digestOf, sha256 } from '../../digest.ts';
import { usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { EngineClient, Said } from '../../deployment/targets/container/engineClient.ts';
import { inspectImage } from '../../deployment/targets/container/engine.ts';
import { complaint } from '../../deployment/targets/container/engineText.ts';
import { confinedWords } from '../../deployment/targets/container/confined.ts';
import { supervisorClient, userClient } from '../../deployment/targets/container/findEngine.ts';
import { jobEngine } from '../../deployment/targets/container/jobEngine.ts';
import { removeLeftBehind } from '../../deployment/targets/container/leftBehind.ts';
import { folderLabel } from '../../deployment/targets/container/runFlags.ts';
import { childEnvironment } from '../../deployment/targets/supervised/childEnvironment.ts';
import type { Context } from '../../project/context.ts';
import { variablesFor } from '../../scripting/environment.ts';
import { projectFile } from '../../scripting/files.ts';
import type { ScriptFolder } from '../../scripting/folder.ts';
import { runProgram } from '../../scripting/program.ts';
import type { Ended } from '../../scripting/program.ts';
import type { ScriptRun } from '../../scripting/world.ts';

const pullMs = 1_800_000;
const mostProcesses = 512;
/** The engine’s own end of a script comes after ours, for where nobody is there any more. */
const graceSeconds = 60;
const without = 'leave model.script.image out, to run the script on this machine';

const refused = (image: string, what: string, said: Said): AiengError =>
  usageError({
    code: 'script-image',
    message:
      `The image of the training script (${image}) could not be ${what}: ${said.timedOut ? 'no answer in time' : complaint(said.stderr)}`.replace(
        /[.\s]*$/,
        '.',
      ),
    hint: 'Correct model.script.image, or see that the engine of containers can reach it.',
  });

const isPinned = (image: string): boolean => /@sha256:[0-9a-f]{64}$/.test(image);

/** The digest that an image which the engine has goes by: in its registry, else its own. */
async function digestHere(client: EngineClient, image: string): Promise<string | null> {
  const said = await client.ask([
    'image',
    'inspect',
    '--format',
    '{{range .RepoDigests}}{{.}} {{end}}|{{.Id}}',
    image,
  ]);
  if (!said.ok) return null;
  const [registry = '', id = ''] = said.stdout.trim().split('|');
  const pinned = registry.split(' ').find(isPinned);
  return pinned ?? `sha256:${id.trim().replace(/^sha256:/, '')}`;
}

/**
 * What stands in a key for an image. A tag becomes the digest that it has on this machine, where it is pulled once; an image that
 * is built of a file of the project is known by the digests of the project’s files.
 */
export async function imageOf(
  { root, environment }: Pick<Context, 'root' | 'environment'>,
  image: string,
  look: boolean,
): Promise<string | null> {
  if (isPinned(image) || (await projectFile(root, image)) !== null) return image;
  const engine = await jobEngine('auto', environment.variables, without).catch((error: unknown) => {
    if (look) return null;
    throw error;
  });
  if (engine === null) return null;
  const client = userClient(engine.name, environment.variables);
  const here = await digestHere(client, image);
  if (here !== null || look) return here;
  const pulled = await client.ask(['pull', '--quiet', image], { timeoutMs: pullMs });
  if (!pulled.ok) throw refused(image, 'pulled', pulled);
  return digestHere(client, image);
}

/** Builds the image of a file of the project, with the files that the program uses, and gives its id. */
async function built(
  client: EngineClient,
  image: string,
  { work }: ScriptFolder,
  { files, signal }: Pick<ScriptRun, 'files' | 'signal'>,
): Promise<string> {
  // The same files have the same name: what is built again takes the place of what was.
  const digests = [...files].map(([path, { bytes, isExecutable }]) => [path, sha256(bytes), isExecutable]);
  const tag = `localhost/aieng-script:${digestOf({ image, digests }).slice(0, 16)}`;
  const said = await client.ask(['build', '--quiet', '--tag', tag, '--file', `${work}/${image}`, work], {
    timeoutMs: pullMs,
    signal,
  });
  if (!said.ok) throw refused(image, 'built', said);
  // What was built has no registry: its own id is what it goes by.
  const id = (await inspectImage(client, tag))?.id ?? null;
  if (id === null) throw refused(image, 'found after it was built', said);
  return id;
}

async function ready(client: EngineClient, image: string): Promise<string> {
  if ((await client.ask(['image', 'inspect', '--format', '{{.Id}}', image])).ok) return image;
  const pulled = await client.ask(['pull', '--quiet', image], { timeoutMs: pullMs });
  if (!pulled.ok) throw refused(image, 'pulled', pulled);
  return image;
}

/** How a container of a script is told of, and known. */
interface ContainerPlace {
  readonly log: string;
  readonly told: Readonly<Record<string, string>>;
  /** The folder whose containers are this pipeline's alone; null: others of it may run at the same time. */
  readonly mark: string | null;
}

/** Runs a program in a container of that image, and says which one that was. */
export async function inContainer(
  context: Context,
  run: ScriptRun,
  image: string,
  folder: ScriptFolder,
  { log, told, mark }: ContainerPlace,
): Promise<{ readonly ended: Ended; readonly image: string }> {
  const { environment } = context;
  const { variables: own } = environment;
  const engine = await jobEngine('auto', own, without);
  const user = userClient(engine.name, own);
  const client = supervisorClient(engine, own);
  // The pipeline's lock is ours: what still runs under its mark is of a command that was killed.
  if (mark !== null) await removeLeftBehind(client, mark, null);
  const isBuilt = (await projectFile(context.root, image)) !== null;
  const found = isBuilt ? await built(user, image, folder, run) : await ready(user, image);
  const variables = variablesFor(run.script.env, own, told, true);
  const name = `aieng-script-${environment.newId().toLowerCase()}`;
  const [program = '', ...rest] = run.script.command;
  const words = confinedWords(engine, {
    name,
    labels: mark === null ? [] : [folderLabel(mark)],
    image: found,
    entrypoint: program,
    words: rest,
    workdir: '/aieng/work',
    mounts: [
      { source: folder.work, target: '/aieng/work', readOnly: false },
      { source: folder.input, target: '/aieng/input', readOnly: true },
    ],
    variables: Object.keys(variables),
    network: run.script.network,
    limits: { memoryMb: run.script.memory_mb, cpus: run.script.cpus, pids: mostProcesses },
    seconds: run.script.timeout_seconds + graceSeconds,
  });
  try {
    const ended = await runProgram({
      argv: words,
      cwd: folder.place,
      variables: { ...variables, ...childEnvironment(own), ...engine.variables },
      timeoutMs: 1000 * run.script.timeout_seconds,
      signal: run.signal,
      logFile: log,
      onLine: run.onLine,
    });
    return { ended, image: found };
  } finally {
    // The client's end is not the container's.
    await client.ask(['rm', '--force', name]);
  }
}
