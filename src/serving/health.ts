import type { ServedModel } from './answering.ts';
import type { LogState } from '../traffic/predictionLog.ts';

/** `ready` only between the replay of the golden rows and the begin of draining. */
export type ServiceState = 'starting' | 'ready' | 'failed' | 'draining';

/** What `/health/ready` says. `degraded` names what does not work while predictions still do. */
export interface Readiness {
  readonly status: ServiceState;
  readonly model: ServedModel;
  readonly degraded: readonly string[];
}

/** Composes the answer of the readiness probe. */
export function readiness(state: ServiceState, model: ServedModel, log: LogState | null): Readiness {
  const degraded =
    log?.degraded === true
      ? [
          `the prediction log cannot be written (${log.message}); predictions are answered but not recorded: ${log.waiting} wait in memory, ${log.lost} are lost`,
        ]
      : [];
  return { status: state, model, degraded };
}
