import { registerCode, transformsOf } from '../../features/own/loaded.ts';
import { RequestProblem } from '../../serving/problem.ts';
import { openDoors } from '../doors.ts';
import type { World } from '../doors.ts';
import type { Embedded } from '../embedded.ts';
import { fetching } from '../fetching.ts';
import type { Fetching } from '../fetching.ts';
import { lambdaHandler } from '../lambda.ts';
import type { Loaders } from '../loaders.ts';
import { openModel } from '../model.ts';
import type { PortableModel } from '../model.ts';

/** Everything that a written file exports. */
export interface Started extends Pick<PortableModel, 'predict' | 'predictMany' | 'selfTest'> {
  readonly model: PortableModel['facts'];
  readonly RequestProblem: typeof RequestProblem;
  readonly fetch: Fetching;
  readonly handler: (event: unknown) => Promise<object>;
}

/**
 * Opens what a written file carries.
 *
 * @param modules what a team's own code exports, by file: it stands in the file as code, which ran when the file was loaded
 */
export function start(embedded: Embedded, loaders: Loaders, world: World, modules?: unknown): Started {
  const code = embedded.features.own?.code;
  if (code !== undefined) registerCode(code, { transforms: transformsOf(modules), within: (call) => call() });
  const opened = openModel(embedded, loaders);
  const doors = openDoors(opened, world);
  const { facts: model, predict, predictMany, selfTest } = opened;
  return {
    ...{ model, predict, predictMany, selfTest, RequestProblem },
    fetch: fetching(doors),
    handler: lambdaHandler(doors),
  };
}
