import { deployError, usageError } from '../../../errors.ts';
import type { AiengError } from '../../../errors.ts';
import type { ContainerSettings } from '../../target.ts';
import type { Engine } from '../supervised/backendKind.ts';
import { childEnvironment } from '../supervised/childEnvironment.ts';
import { engineClient } from './engineClient.ts';
import type { EngineClient, Said } from './engineClient.ts';
import { complaint, parseInfo } from './engineText.ts';
import { engineElsewhere, engineVariables, pullVariables } from './engineVariables.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const answerTimeoutMs = 20_000;

/** A client that runs for the user who typed the command: it may also pull. */
export const userClient = (name: Engine['name'], variables: Variables): EngineClient =>
  engineClient(name, {
    ...childEnvironment(variables),
    ...engineVariables(variables),
    ...pullVariables(variables),
  });

/** A client that the supervisor runs for an engine which the command found. */
export const supervisorClient = (engine: Engine, variables: Variables): EngineClient =>
  engineClient(engine.name, { ...childEnvironment(variables), ...engine.variables });

/** Who runs this process: 0 where the system has no such numbers. */
export const caller = (): { readonly uid: number; readonly gid: number } => ({
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
});

function notInstalled(names: readonly string[]): AiengError {
  return usageError({
    code: 'engine-not-installed',
    message: `This machine has no container engine: ${names.join(' and ')} cannot be found.`,
    hint: 'Install podman or docker, or use `aieng deploy --to local`.',
  });
}

function notRunning(name: Engine['name'], said: Said): AiengError {
  const why = said.timedOut ? `no answer within ${answerTimeoutMs / 1000} s` : complaint(said.stderr);
  return deployError({
    code: 'engine-not-running',
    message: `${name} is installed, but its engine does not answer: ${why.replace(/[.\s]*$/, '.')}`,
    hint:
      name === 'docker'
        ? 'Start it (`sudo systemctl start docker`) and see that `docker info` works for this user, or use `aieng deploy --to local`.'
        : 'See that `podman info` works for this user, or use `aieng deploy --to local`.',
  });
}

/**
 * The engine that is wished, or for `auto` the first of docker and podman that answers: a client without its engine
 * is no answer.
 *
 * @throws usageError where none is installed or it is on another machine; deployError where none answers.
 */
export async function findEngine(
  wished: ContainerSettings['engine'],
  variables: Variables,
  open: (name: Engine['name'], variables: Variables) => EngineClient = userClient,
): Promise<Engine> {
  const names = wished === 'auto' ? (['docker', 'podman'] as const) : ([wished] as const);
  let refusal: AiengError | null = null;
  for (const name of names) {
    const said = await open(name, variables).ask(['info', '--format', '{{json .}}'], {
      timeoutMs: answerTimeoutMs,
    });
    const info = said.ok ? parseInfo(said.stdout) : null;
    if (info?.name === name) {
      const elsewhere = engineElsewhere(name, variables);
      if (elsewhere === null) return { ...info, variables: engineVariables(variables) };
      refusal ??= usageError({
        code: 'engine-elsewhere',
        message: `${name} runs on another machine (${elsewhere}); the container target needs an engine of this one.`,
        hint: `Unset ${name === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST'}, or run aieng on that machine.`,
      });
    } else if (!said.missing && info === null) refusal ??= notRunning(name, said);
  }
  throw refusal ?? notInstalled(names);
}
