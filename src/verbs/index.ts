import type { Verb } from './verb.ts';
import { adoptVerb } from './adopt/command.ts';
import { aliasVerb } from './alias/command.ts';
import { approveVerb } from './approve/command.ts';
import { completeVerb } from './complete/command.ts';
import { alertsVerb } from './alerts/command.ts';
import { computeVerb } from './compute/command.ts';
import { compareVerb } from './compare/command.ts';
import { completionVerb } from './completion/command.ts';
import { deployVerb } from './deploy/command.ts';
import { destroyVerb } from './destroy/command.ts';
import { doctorVerb } from './doctor/command.ts';
import { explainVerb } from './explain/command.ts';
import { featurizeVerb } from './featurize/command.ts';
import { ingestVerb } from './ingest/command.ts';
import { forgetVerb } from './forget/command.ts';
import { gcVerb } from './gc/command.ts';
import { importVerb } from './import/command.ts';
import { initVerb } from './init/command.ts';
import { monitorVerb } from './monitor/command.ts';
import { packageVerb } from './package/command.ts';
import { predictVerb } from './predict/command.ts';
import { rejectsVerb } from './rejects/command.ts';
import { reproduceVerb } from './reproduce/command.ts';
import { retrainVerb } from './retrain/command.ts';
import { rollbackVerb } from './rollback/command.ts';
import { runVerb } from './run/command.ts';
import { runsVerb } from './runs/command.ts';
import { scheduleVerb } from './schedule/command.ts';
import { scheduledVerb } from './scheduled/command.ts';
import { schemaVerb } from './schema/command.ts';
import { serveVerb } from './serve/command.ts';
import { splitVerb } from './split/command.ts';
import { signVerb } from './sign/command.ts';
import { statusVerb } from './status/command.ts';
import { stopVerb } from './stop/command.ts';
import { superviseVerb } from './supervise/command.ts';
import { tokenVerb } from './token/command.ts';
import { trainVerb } from './train/command.ts';
import { uiVerb } from './ui/command.ts';
import { validateVerb } from './validate/command.ts';
import { verifyVerb } from './verify/command.ts';

/**
 * Every command, in the order of `aieng --help`. Add one: a folder here and a line below. Help, completion, docs/cli.md,
 * docs/json.md and the suite over all verbs follow; its function for programs is one more line in src/index.ts.
 */
export const verbs: readonly Verb[] = [
  initVerb,
  runVerb,
  ingestVerb,
  rejectsVerb,
  validateVerb,
  schemaVerb,
  featurizeVerb,
  trainVerb,
  splitVerb,
  importVerb,
  packageVerb,
  deployVerb,
  serveVerb,
  tokenVerb,
  predictVerb,
  rollbackVerb,
  stopVerb,
  destroyVerb,
  monitorVerb,
  retrainVerb,
  approveVerb,
  signVerb,
  verifyVerb,
  reproduceVerb,
  scheduleVerb,
  alertsVerb,
  statusVerb,
  runsVerb,
  uiVerb,
  aliasVerb,
  explainVerb,
  forgetVerb,
  gcVerb,
  compareVerb,
  doctorVerb,
  completionVerb,
  completeVerb,
  superviseVerb,
  adoptVerb,
  computeVerb,
  scheduledVerb,
];
