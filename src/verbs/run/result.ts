import { Type } from '@sinclair/typebox';
import { orNull } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { deployResult } from '../deploy/result.ts';
import { packageResult } from '../package/result.ts';
import { trainResult } from '../train/result.ts';

export const runResult = Type.Object({
  train: trainResult,
  package: packageResult,
  deploy: orNull(deployResult, 'With `--to deploy`.'),
});
/** What `run` gives, member by member: docs/json.md#run. */
export type RunResult = Shape<typeof runResult>;
