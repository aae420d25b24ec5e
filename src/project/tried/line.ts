import { Type } from '@sinclair/typebox';
import { intervalShape } from '../../evaluation/evaluation.ts';
import { count, digest, flag, instant, number, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Tried } from './tried.ts';

/** A run as one line of a list. */
export const runLineShape = Type.Object(
  {
    id: text(),
    pipeline: text(),
    command: text(),
    startedAt: instant(),
    durationMs: number(),
    outcome: text("`ok`, `stopped`, a retraining's decision, or the code of the error that ended it."),
    because: orNull(text(), 'Why its first stage that was not taken from the cache had to run.'),
    model: orNull(
      Type.Object({
        family: text(),
        metric: text('That the gates are about.'),
        test: orNull(Type.Object(intervalShape.properties), 'That metric on the test part.'),
        passed: flag('Whether it passed its gates.'),
      }),
      'Null where the run made none, or its record is gone.',
    ),
    bundle: orNull(
      Type.Object({ digest: digest(), name: text(), version: count() }),
      'What the model was packaged as, in this run or a later one.',
    ),
    git: orNull(Type.Object({ commit: text(), dirty: flag('The work tree had changes.') })),
    host: text('The machine.'),
    set: Type.Array(text(), {
      description:
        'Keys of the pipeline that were set for that run: `key=value`; `env=prod`: its environment.',
    }),
    tags: Type.Array(text()),
    note: orNull(text()),
  },
  { title: 'TriedRun' },
);
export type RunLine = Shape<typeof runLineShape>;

const settings = (set: Tried['content']['set']): readonly string[] =>
  (set ?? []).map(({ key, value }) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);

/** One run as a line. */
export function lineOf({ id, content, train, packaged, marked }: Tried): RunLine {
  const { command, pipeline, startedAt, endedAt, outcome, stages, git, environment, env, set } = content;
  const metric = train?.metric;
  return {
    id,
    pipeline,
    command,
    startedAt,
    durationMs: endedAt - startedAt,
    outcome,
    because: stages.find(({ state }) => state === 'ran')?.reason ?? null,
    model:
      train === null || metric === undefined
        ? null
        : {
            family: train.model.family,
            metric,
            test: train.evaluation.intervals[metric] ?? null,
            passed: train.verdict.passed,
          },
    bundle:
      packaged === null ? null : { digest: packaged.bundle, name: packaged.name, version: packaged.version },
    git: git === null ? null : { commit: git.commit, dirty: git.dirty },
    host: environment.host,
    set: [...(env === undefined ? [] : [`env=${env.name}`]), ...settings(set)],
    ...marked,
  };
}
