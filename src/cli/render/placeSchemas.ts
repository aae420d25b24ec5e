import {
  count,
  digest,
  flag,
  listOf,
  maybeNumber,
  maybeText,
  number,
  objectOf,
  oneOf,
  orNull,
  text,
} from './schemaWords.ts';

/** An image of a bundle. */
export const image = objectOf({
  reference: text,
  digest: text,
  base: objectOf({ name: text, digest: text }),
  variant: oneOf('serve', 'full'),
  platform: text,
  layers: listOf(
    objectOf({ name: oneOf('base', 'dependencies', 'aieng', 'bundle'), digest: text, bytes: count }),
  ),
  layout: text,
  archive: text,
  existed: flag,
  pushed: orNull(objectOf({ pullReference: text, uploadedBytes: count, reusedBytes: count })),
});
const gateState = oneOf('passed', 'failed', 'skipped', null);
const runSide = objectOf({
  command: text,
  ok: flag,
  exitCode: count,
  bundle: orNull(digest),
  version: orNull(count),
  error: orNull(objectOf({ code: text, message: text, hint: text })),
});
const sentences = objectOf({ appeared: listOf(text), gone: listOf(text), stayed: listOf(text) });
/** `compare` */
export const compared = objectOf({
  pipeline: maybeText,
  base: orNull(runSide),
  head: runSide,
  metric: maybeText,
  metrics: listOf(
    objectOf({
      part: oneOf('test', 'validation', 'train'),
      name: text,
      base: maybeNumber,
      head: maybeNumber,
      change: maybeNumber,
      verdict: oneOf('better', 'worse', 'same', 'new', 'gone', 'unknown'),
    }),
  ),
  gates: listOf(objectOf({ name: text, base: gateState, head: gateState, because: text })),
  alarms: sentences,
  warnings: sentences,
  bundle: oneOf('changed', 'unchanged', 'unknown'),
  markdown: maybeText,
  comment: orNull(
    objectOf({
      state: oneOf('created', 'updated', 'unchanged', 'refused'),
      url: maybeText,
      why: maybeText,
    }),
  ),
});
const scheduleRun = objectOf({
  runId: text,
  slot: number,
  missed: count,
  startedAt: number,
  endedAt: number,
  exitCode: count,
  results: listOf(
    objectOf({
      verb: oneOf('monitor', 'retrain'),
      exitCode: count,
      decision: maybeText,
      runId: maybeText,
      error: maybeText,
    }),
  ),
});
/** One schedule of `schedule`. */
export const scheduleState = objectOf({
  id: text,
  pipeline: text,
  on: text,
  expression: text,
  timezone: text,
  verbs: listOf(oneOf('monitor', 'retrain')),
  state: oneOf('installed', 'missing', 'unrecorded', 'planned'),
  where: maybeText,
  next: listOf(objectOf({ at: number, words: text })),
  lastRun: orNull(scheduleRun),
  unfinished: maybeNumber,
  log: maybeText,
});
