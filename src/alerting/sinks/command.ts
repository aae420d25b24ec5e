import { spawn } from 'node:child_process';
import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Sink, SinkWorld } from '../message.ts';
import { jsonOf, SinkFailure } from '../message.ts';
import { deadline } from '../../deadline.ts';

/** What every program needs; anything else is named in the pipeline. */
const alwaysGiven = ['PATH', 'HOME', 'LANG', 'TZ'];

const givenOf = (names: readonly string[], variables: SinkWorld['variables']): Record<string, string> =>
  Object.fromEntries(
    [...alwaysGiven, ...names].flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Runs the program to its end; what it prints is nobody's business here. */
function run({ argv, environment }: SinkSettings['command'], input: string, world: SinkWorld): Promise<void> {
  const [program = '', ...words] = argv;
  return new Promise((resolve, reject) => {
    const fail = (message: string, passing: boolean, cause?: unknown): void =>
      reject(new SinkFailure(message, { passing, cause }));
    const child = spawn(program, words, {
      shell: false,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: givenOf(environment, world.variables),
      signal: AbortSignal.any([world.signal, deadline(world.timeoutMs)]),
      killSignal: 'SIGKILL',
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.name === 'AbortError')
        fail(`the program did not end within ${world.timeoutMs / 1000} s`, false, error);
      else fail(`the program could not be started (${error.code ?? error.name})`, false, error);
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else fail(`the program ended with ${code === null ? String(signal) : `exit ${code}`}`, true);
    });
    // A program need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** A program of this machine that gets the message as JSON on stdin: no shell, no argument from the message. */
export const command: Sink<SinkSettings['command']> = {
  name: 'command',
  send: (message, settings, world) => run(settings, `${JSON.stringify(jsonOf(message))}\n`, world),
};
