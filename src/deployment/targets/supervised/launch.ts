import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AiengError, deployError } from '../../../errors.ts';
import type { TargetContext } from '../../target.ts';
import { childEnvironment, redact } from './childEnvironment.ts';
import { askSupervisor } from './controlClient.ts';
import { controlPath } from './controlPath.ts';
import { replaceJson } from './stateFile.ts';
import { parseState } from './wire.ts';
import type { SupervisorConfig } from './wire.ts';

/** The last lines of what the supervisor printed before it ended. */
async function lastWords(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-5).map(redact).join(' | ');
}

interface Started {
  /** How it ended, in words; undefined while it runs. */
  readonly ended: () => string | undefined;
  readonly kill: () => void;
}

/** A process in a session of its own, which this one does not wait for. */
async function startDetached(
  [program = '', ...given]: readonly string[],
  folder: string,
  env: Record<string, string>,
  output: FileHandle,
): Promise<Started> {
  let ended: string | undefined;
  const child = spawn(program, given, {
    cwd: folder,
    detached: true,
    env,
    stdio: ['ignore', output.fd, output.fd],
    windowsHide: true,
  });
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, how) => (ended = how ?? `exit code ${code ?? 0}`));
  child.unref();
  await output.close();
  return { ended: () => ended, kill: () => void child.kill() };
}

/** Resolves when it answers on its socket; throws when it ended or the time is over. */
async function waitForCommands(
  name: string,
  started: Started,
  { folder, environment, signal }: TargetContext,
  timeoutMs: number,
): Promise<void> {
  const socketPath = await controlPath(folder);
  const begun = environment.elapsed();
  while (environment.elapsed() - begun < timeoutMs && started.ended() === undefined) {
    signal.throwIfAborted();
    const question = { method: 'GET', path: '/status', timeoutMs: 1000 } as const;
    const answer = await askSupervisor(socketPath, question).catch((error: unknown) => {
      if (error instanceof AiengError) throw error;
      return null;
    });
    if (answer !== null && parseState(answer).name === name) return;
    await pause(25);
  }
  throw new Error('the supervisor takes no commands');
}

/**
 * Starts the supervisor of a deployment as a process of its own, which outlives this command, and waits until it
 * takes commands.
 *
 * @throws deployError (exit 6) when it ends or does not answer within `timeoutMs`.
 */
export async function launchSupervisor(
  name: string,
  context: TargetContext,
  timeoutMs: number,
): Promise<void> {
  const { folder, logFolder, environment, supervisorCommand = [], signal } = context;
  const [program, ...given] = supervisorCommand;
  if (program === undefined) throw new TypeError('the local target needs a supervisorCommand');
  const config: SupervisorConfig = { name, logFolder };
  await replaceJson(folder, 'supervisor.json', config);
  const outputFile = path.join(folder, 'supervisor.out');
  const output = await open(outputFile, 'w', 0o600);
  const started = await startDetached(
    [program, ...given, folder],
    folder,
    childEnvironment(environment.variables),
    output,
  );
  try {
    await waitForCommands(name, started, context, timeoutMs);
  } catch (error) {
    started.kill();
    signal.throwIfAborted();
    if (error instanceof AiengError) throw error;
    throw deployError({
      code: 'supervisor-not-started',
      message: `The supervisor of ${name} did not start (${started.ended() ?? `no answer within ${timeoutMs / 1000} s`}). ${await lastWords(outputFile)}`,
      hint: `Look into supervisor.out in ${folder}.`,
      cause: error,
    });
  }
}
