import type { IncomingHttpHeaders } from 'node:http';
import { createAnswering } from '../answering.ts';
import type { Answering, AnsweringParts, ServedModel } from '../answering.ts';
import type { App } from '../http/app.ts';
import type { Reply } from '../http/exchange.ts';
import type { ServingPredictor } from '../predictor.ts';
import type { Sharing } from './choose.ts';
import { keyHeader } from './choose.ts';
import { openShadowLine } from './shadowLine.ts';
import { splitAnswering } from './splitAnswering.ts';

/** A second bundle that takes part in a service, and how. */
export interface SecondBundle extends Sharing {
  readonly predictor: ServingPredictor;
  /** Replays its golden rows; what differs, in words. */
  readonly checkGolden: () => readonly string[];
}

/** What an answer's headers say of the model that gave it. */
export const modelHeaders = ({ name, version, bundle }: ServedModel): Readonly<Record<string, string>> => ({
  'x-aieng-model': `${encodeURIComponent(name)}@${version ?? 'unversioned'}`,
  'x-aieng-bundle': bundle,
});

/** The version that answered a request, as its headers say; the one in charge where nobody did. */
export function versionOf(reply: Reply, { model, models }: Answering): number | null {
  if (models.length === 1) return model.version;
  const bundle = reply.get('x-aieng-bundle');
  return (models.find((each) => each.bundle === bundle) ?? model).version;
}

/** The caller's own key, where he sends one. */
export function callersKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers[keyHeader];
  return typeof key === 'string' && key !== '' ? key.slice(0, 1000) : undefined;
}

/**
 * The door of a service to its one bundle, or to two of them.
 *
 * @param waiting Requests that wait for their turn: shadows go after them.
 */
export function openAnswering(
  app: Pick<App, 'onClose'>,
  parts: AnsweringParts,
  second: SecondBundle | null,
  waiting: () => number,
): Answering {
  const answering = createAnswering(parts);
  if (second === null) return answering;
  const { log, clock, elapsed, metrics } = parts;
  const { predictor, mode, share } = second;
  const line = openShadowLine({ log, clock, elapsed, waiting });
  app.onClose(() => line.close());
  metrics.countShadows(line.counts);
  metrics.alsoServes(predictor);
  return splitAnswering({
    first: { predictor: parts.predictor, answering },
    second: { predictor, answering: createAnswering({ ...parts, predictor }) },
    sharing: { mode, share },
    line,
    log,
    clock,
    onRescue: () => metrics.rescued(),
  });
}
