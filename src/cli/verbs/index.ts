import type { Verb } from '../verb.ts';
import { adoptVerb } from './adopt.ts';
import { completePipelinesVerb } from './completePipelines.ts';
import { compareVerb } from './compare.ts';
import { completionVerb } from './completion.ts';
import { deployVerb } from './deploy.ts';
import { destroyVerb } from './destroy.ts';
import { doctorVerb } from './doctor.ts';
import { explainVerb } from './explain.ts';
import { featurizeVerb } from './featurize.ts';
import { ingestVerb } from './ingest.ts';
import { initVerb } from './init.ts';
import { monitorVerb } from './monitor.ts';
import { packageVerb } from './package.ts';
import { predictVerb } from './predict.ts';
import { retrainVerb } from './retrain.ts';
import { rollbackVerb } from './rollback.ts';
import { runVerb } from './run.ts';
import { scheduleVerb } from './schedule.ts';
import { scheduledVerb } from './scheduled.ts';
import { serveVerb } from './serve.ts';
import { statusVerb } from './status.ts';
import { stopVerb } from './stop.ts';
import { superviseVerb } from './supervise.ts';
import { trainVerb } from './train.ts';
import { validateVerb } from './validate.ts';

/** Every command, in the order of `aieng --help`. Add one: a file here and a line below. */
export const verbs: readonly Verb[] = [
  initVerb,
  runVerb,
  ingestVerb,
  validateVerb,
  featurizeVerb,
  trainVerb,
  packageVerb,
  deployVerb,
  serveVerb,
  predictVerb,
  rollbackVerb,
  stopVerb,
  destroyVerb,
  monitorVerb,
  retrainVerb,
  scheduleVerb,
  statusVerb,
  explainVerb,
  compareVerb,
  doctorVerb,
  completionVerb,
  completePipelinesVerb,
  superviseVerb,
  adoptVerb,
  scheduledVerb,
];
