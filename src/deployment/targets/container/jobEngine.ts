import { AiengError } from '../../../errors.ts';
import type { ContainerSettings } from '../../target.ts';
import { findEngine } from './findEngine.ts';
import type { Engine } from '../supervised/backendKind.ts';

/**
 * The engine of containers that a job runs in, such as a training. What deploying would advise does not help here.
 *
 * @throws as `findEngine` does
 */
export async function jobEngine(
  wished: ContainerSettings['engine'],
  variables: Readonly<Record<string, string | undefined>>,
  without: string,
): Promise<Engine> {
  try {
    return await findEngine(wished, variables);
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    const { code, message, exitCode, cause } = error;
    const hint =
      code === 'engine-not-installed'
        ? `Install podman or docker, or ${without}.`
        : `See that \`docker info\` or \`podman info\` works for this user on this machine, or ${without}.`;
    throw new AiengError({ code, message, hint, exitCode, cause });
  }
}
