import { join } from 'node:path';
import { temporaryName } from '../../disk/temporary.ts';
import { interruptedError, usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { ScriptParameters } from '../../modeling/families/script/parameters.ts';
import type { Context } from '../../project/context.ts';
import { variablesFor } from '../../scripting/environment.ts';
import { scriptFiles } from '../../scripting/files.ts';
import { makeScriptFolder, removeScriptFolder } from '../../scripting/folder.ts';
import type { ScriptFolder } from '../../scripting/folder.ts';
import { leftFile, leftMetrics } from '../../scripting/output.ts';
import { readLog, runProgram } from '../../scripting/program.ts';
import type { Ended } from '../../scripting/program.ts';
import type { ScriptLeft, ScriptRun, ScriptWorld } from '../../scripting/world.ts';

const commandText = ({ command }: ScriptParameters): string => command.join(' ');

/** What a program is told where it finds things, by the folders as it sees them. */
const toldOf = ({ script, seed }: ScriptRun, work: string, input: string): Record<string, string> => ({
  AIENG_INPUT: input,
  AIENG_TRAIN: `${input}/train.parquet`,
  AIENG_VALIDATION: `${input}/validation.parquet`,
  AIENG_PARAMETERS: `${input}/parameters.json`,
  AIENG_OUTPUT: `${work}/${script.output}`,
  AIENG_METRICS: `${work}/metrics.json`,
  AIENG_SEED: String(seed),
  // Python deals out the order of sets by chance otherwise.
  PYTHONHASHSEED: String(seed),
  PYTHONUNBUFFERED: '1',
});

function failed(script: ScriptParameters, { how, said, tail }: Ended, log: string): AiengError {
  const what = {
    ended: `ended with ${said}`,
    killed: `was ended by ${said}`,
    late: `did not end within ${script.timeout_seconds} s`,
    interrupted: 'was interrupted',
    'not-started': `could not be started (${said})`,
  }[how];
  const last = tail
    .filter((line) => line.trim() !== '')
    .slice(-3)
    .join(' | ');
  const program = script.command[0] ?? '';
  const hint =
    how === 'not-started'
      ? `Is ${program} installed and on the PATH? A path of its own may be named: model.script.command: [/usr/bin/python3, …].`
      : how === 'late'
        ? 'Raise model.script.timeout_seconds, or let it train less.'
        : script.image !== null && said === 'exit 137'
          ? `It was killed, as happens to what uses more than its ${script.memory_mb} MB of memory: raise model.script.memory_mb.`
          : `All that it printed stands in ${log}. It finds the files that its command names and those of model.script.files, and no others.`;
  return usageError({
    code: 'script-failed',
    message: `The training script (${commandText(script)}) ${what}${last === '' ? '' : `: ${last}`}`.replace(
      /[.\s]*$/,
      '.',
    ),
    hint,
  });
}

async function leftIn(
  run: ScriptRun,
  { work }: ScriptFolder,
  log: string,
  image: string | null,
): Promise<ScriptLeft> {
  const { script, mostBytes } = run;
  const model = await leftFile(work, script.output, mostBytes);
  if (model === null)
    throw usageError({
      code: 'script-output',
      message: `The training script (${commandText(script)}) ended well and left no ${script.output} in the folder that it ran in.`,
      hint: 'Let it write the model to the path in the variable AIENG_OUTPUT, or name what it writes in model.script.output.',
    });
  const { metrics, note } = await leftMetrics(work);
  return { model, metrics, notes: note === null ? [] : [note], log: await readLog(log), image };
}

/** Runs it as a process of this machine. */
async function inProcess(
  context: Context,
  run: ScriptRun,
  folder: ScriptFolder,
  log: string,
): Promise<Ended> {
  const { script } = run;
  return runProgram({
    argv: script.command,
    cwd: folder.work,
    variables: variablesFor(
      script.env,
      context.environment.variables,
      toldOf(run, folder.work, folder.input),
      false,
    ),
    timeoutMs: 1000 * script.timeout_seconds,
    signal: run.signal,
    logFile: log,
    onLine: run.onLine,
  });
}

async function runScript(
  context: Context,
  pipeline: string,
  isAlone: boolean,
  run: ScriptRun,
): Promise<ScriptLeft> {
  const { store, environment } = context;
  const place = join(await store.folder('tmp'), temporaryName(environment));
  const log = join(await store.folder(`scripts/${pipeline}`), 'training.log');
  try {
    const folder = await makeScriptFolder(place, run.files, run.hand, run.image !== null);
    const { ended, image } =
      run.image === null
        ? { ended: await inProcess(context, run, folder, log), image: null }
        : await (
            await import('./container.ts')
          ).inContainer(context, run, run.image, folder, {
            log,
            mark: isAlone ? store.folderPlace(`scripts/${pipeline}`) : null,
            told: toldOf(run, '/aieng/work', '/aieng/input'),
          });
    if (ended.how === 'interrupted') throw interruptedError();
    if (ended.how !== 'ended' || ended.said !== 'exit 0') throw failed(run.script, ended, log);
    return await leftIn(run, folder, log, image);
  } finally {
    await removeScriptFolder(place);
  }
}

/**
 * The programs of a project, as its stages reach them.
 *
 * @param isAlone The pipeline's lock is held while they run, so that a container which still runs for it was left behind.
 */
export const scriptWorld = (context: Context, pipeline: string, isAlone = true): ScriptWorld => ({
  files: (script) => scriptFiles(context.root, script),
  image: async (script, look) =>
    script.image === null ? null : (await import('./container.ts')).imageOf(context, script.image, look),
  run: (run) => runScript(context, pipeline, isAlone, run),
});
