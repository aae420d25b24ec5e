import { dirname, join } from 'node:path';
import { jobEngine } from '../../deployment/targets/container/jobEngine.ts';
import { supervisorClient, userClient } from '../../deployment/targets/container/findEngine.ts';
import { confinedWords } from '../../deployment/targets/container/confined.ts';
import type { ConfinedProgram, Mount } from '../../deployment/targets/container/confined.ts';
import { letRead, makeJobFolder } from '../../deployment/targets/container/jobFolder.ts';
import type { JobFolder } from '../../deployment/targets/container/jobFolder.ts';
import { removeLeftBehind } from '../../deployment/targets/container/leftBehind.ts';
import { folderLabel } from '../../deployment/targets/container/runFlags.ts';
import type { Engine } from '../../deployment/targets/supervised/backendKind.ts';
import { childEnvironment } from '../../deployment/targets/supervised/childEnvironment.ts';
import { canonicalJson } from '../../digest.ts';
import { discard } from '../../disk/durable.ts';
import { temporaryName } from '../../disk/temporary.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { AiengError, interruptedError, usageError } from '../../errors.ts';
import type { Context, ProgressEvent } from '../../project/context.ts';
import { placeOf } from '../../project/deployment/place.ts';
import { runProgram } from '../../scripting/program.ts';
import type { Ended } from '../../scripting/program.ts';
import type { RunImage } from '../../tracking/runs/runs.ts';
import type { Computed, Tools } from '../stage.ts';
import { readyImage } from './image.ts';
import type { ReadyImage } from './image.ts';
import { readResult } from './job.ts';
import type { StageJob } from './job.ts';
import { takeInResult } from './takeIn.ts';
import type { OpenWorkplace } from './workplace.ts';

/** What of training in an image is asked for. */
export interface TrainingImage {
  /** Its name in the engine; with a digest: that image, else one that is made of this installation. */
  readonly image: string;
  /** What it is made on; left out = the pipeline's `deploy.image.base`. */
  readonly base?: string;
  readonly memoryMb: number;
  /** Left out = all of this machine. */
  readonly cpus?: number;
}

/** Where things are inside. */
const inside = { store: '/aieng/store', job: '/aieng/job', output: '/aieng/output' } as const;
const mostProcesses = 512;
/** The longest that a timer of Node waits; nobody else bounds a training of aieng's own. */
const longestMs = 2 ** 31 - 1;

/** What of a store a stage reads: neither logs nor sockets, locks or keys. */
const storeAreas = ['objects', 'runs', 'layout.json'];

/** The folders of one computation. */
export interface JobFolders extends JobFolder {
  /** Of the store. */
  readonly store: string;
  /** What of it is there. */
  readonly areas: readonly string[];
}

/** The container of one computation: the store to be read, a folder of its own to be written to, and nothing of the project. */
export function computeProgram(
  wish: Pick<TrainingImage, 'memoryMb'> & { readonly cpus: number },
  { store, areas, job, output }: JobFolders,
  given: Pick<ConfinedProgram, 'name' | 'labels' | 'image'>,
): ConfinedProgram {
  const read = areas.map((area): Mount => ({
    source: join(store, area),
    target: `${inside.store}/${area}`,
    readOnly: true,
    shared: true,
  }));
  return {
    ...given,
    entrypoint: null,
    words: ['__compute', `${inside.job}/job.json`, inside.store, inside.output, '--quiet'],
    workdir: '/tmp',
    mounts: [
      ...read,
      { source: job, target: inside.job, readOnly: true },
      { source: output, target: inside.output, readOnly: false },
    ],
    variables: [],
    network: false,
    limits: { memoryMb: wish.memoryMb, cpus: wish.cpus, pids: mostProcesses },
  };
}

/** A line of the container: an event of its progress, or else words. */
function eventOf(line: string): ProgressEvent {
  try {
    const event: unknown = JSON.parse(line);
    if (typeof event === 'object' && event !== null && 'kind' in event) {
      const { kind } = event;
      // The same aieng wrote it.
      if (kind === 'progress' || kind === 'step' || kind === 'warning') return event as ProgressEvent;
    }
  } catch {
    // Words of Node or of the engine.
  }
  return { kind: 'step', message: line };
}

function failed(
  { stage }: StageJob,
  { how, said, tail }: Ended,
  { memoryMb }: TrainingImage,
  log: string,
): AiengError {
  const isKilled = said === 'exit 137';
  const last = tail.filter((line) => line.trim() !== '' && !line.startsWith('{')).slice(-3);
  const what =
    how === 'not-started'
      ? `could not be started (${said})`
      : isKilled
        ? `was killed, as happens to what uses more than its ${memoryMb} MB of memory`
        : `ended with ${said}${last.length === 0 ? '' : `: ${last.join(' | ')}`}`;
  return usageError({
    code: 'image-failed',
    message: `The container that computed ${stage} ${what}`.replace(/[.\s]*$/, '.'),
    hint: isKilled
      ? 'Give it more: --memory-mb <MB>.'
      : `All that it printed stands in ${log}. It has to be an image of aieng’s variant full.`,
  });
}

/** Folders of one job; a store of 0.1 has no word of its layout. */
async function makeFolders(context: Context, engine: Engine, place: string): Promise<JobFolders> {
  const { store } = context;
  const isOld = (await store.layout()) === 1;
  return {
    ...(await makeJobFolder(engine, place)),
    store: dirname(store.folderPlace('tmp')),
    areas: storeAreas.filter((area) => !isOld || area !== 'layout.json'),
  };
}

interface Opened {
  readonly engine: Engine;
  readonly image: ReadyImage;
}

/** Computes one stage in a container and takes in what it left. */
async function computeIn(
  context: Context,
  pipeline: string,
  wish: TrainingImage,
  { engine, image }: Opened,
  job: StageJob,
  tools: Tools,
): Promise<Computed> {
  const { environment, store } = context;
  const client = supervisorClient(engine, environment.variables);
  const label = folderLabel(store.folderPlace(`training/${pipeline}`));
  // The pipeline's lock is ours: what still runs under its mark is of a command that was killed.
  await removeLeftBehind(client, store.folderPlace(`training/${pipeline}`), null);
  const place = join(await store.folder('tmp'), temporaryName(environment));
  const log = join(await store.folder(`training/${pipeline}`), `${job.stage}.log`);
  const name = `aieng-${job.stage}-${environment.newId().toLowerCase()}`;
  try {
    const folders = await makeFolders(context, engine, place);
    await writeWholeFile(join(folders.job, 'job.json'), `${canonicalJson(job)}\n`, environment);
    const areas = folders.areas.map((area) => join(folders.store, area));
    await letRead(engine, folders, areas);
    const limits = { memoryMb: wish.memoryMb, cpus: wish.cpus ?? environment.host.cpus };
    const ended = await runProgram({
      argv: confinedWords(
        engine,
        computeProgram(limits, folders, { name, labels: [label], image: image.id }),
      ),
      cwd: place,
      variables: { ...childEnvironment(environment.variables), ...engine.variables },
      timeoutMs: longestMs,
      signal: tools.signal,
      logFile: log,
      onLine: (line) => tools.progress(eventOf(line)),
    });
    if (ended.how === 'interrupted') throw interruptedError();
    if (ended.how !== 'ended' || ended.said !== 'exit 0') throw failed(job, ended, wish, log);
    const result = await readResult(join(folders.output, 'result.json'));
    if ('error' in result) throw new AiengError(result.error);
    return await takeInResult(store, environment, join(folders.output, 'store'), job, result);
  } finally {
    // The client's end is not the container's.
    await client.ask(['rm', '--force', name]);
    await discard(place);
  }
}

/** Stages computed in aieng's own image: found or made when the first of them needs it. */
export const inImage =
  (context: Context, wish: TrainingImage): OpenWorkplace =>
  (pipeline) => {
    const place = placeOf(pipeline);
    let opened: Promise<Opened> | undefined;
    let used: RunImage | null = null;
    const open = async (): Promise<Opened> => {
      const { variables } = context.environment;
      const engine = await jobEngine(
        place.settings.container.engine,
        variables,
        'leave --image out, to train on this machine',
      );
      const client = userClient(engine.name, variables);
      return {
        engine,
        image: await readyImage(context, client, { ...wish, base: wish.base ?? place.image.base }),
      };
    };
    return {
      image: () => used,
      compute: async (job, tools) => {
        opened ??= open();
        const at = await opened;
        const computed = await computeIn(context, pipeline.name, wish, at, job, tools);
        used = at.image.facts;
        return computed;
      },
    };
  };
