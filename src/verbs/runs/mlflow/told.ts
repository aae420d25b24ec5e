import type { Tried } from '../../../project/tried/tried.ts';
import type { RunLine } from '../../../project/tried/line.ts';

/** What MLflow keeps of a run. */
export interface MlflowRun {
  readonly name: string;
  /** ms since 1970 UTC. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: 'FINISHED' | 'FAILED';
  readonly params: readonly Pair[];
  readonly metrics: readonly MlflowMetric[];
  readonly tags: readonly Pair[];
  /** What the server does not take whole, as sentences. */
  readonly told: readonly string[];
}

export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** The epoch; 0 of a figure that there is once. */
  readonly step: number;
}

export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** The tag by which a run is known again. */
export const runTag = 'aieng.run';

/** What every MLflow since 2.0 keeps of a value; longer ones are cut, with a sign of it. */
const longestValue = 500;
/** A server takes so many at once. */
const mostParams = 100;

const cut = (text: string): string =>
  text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;

/** Letters, digits and what MLflow allows besides; anything else is an underscore. */
const keyOf = (text: string): string => text.replaceAll(/[^\w\-. /]/g, '_').slice(0, 250);

const pairs = (entries: readonly (readonly [string, string | null])[]): readonly Pair[] =>
  entries.flatMap(([key, value]) =>
    value === null || value === '' ? [] : [{ key: keyOf(key), value: cut(value) }],
  );

/** What every run says of its model, besides what was set for it. */
const ownParameters = 6;

function parametersOf({ train, content }: Tried): readonly Pair[] {
  const set = (content.set ?? []).map(({ key, value }) => [`set.${key}`, JSON.stringify(value)] as const);
  const own: (readonly [string, string | null])[] =
    train === null
      ? []
      : [
          ['family', train.model.family],
          ['task', train.model.task.kind],
          ['metric', train.metric],
          ['parameters', String(train.model.parameters)],
          ['best_epoch', String(train.model.bestEpoch)],
          ['threshold', train.threshold === null ? null : String(train.threshold)],
        ];
  return pairs([...own, ...set]).slice(0, mostParams);
}

/** Epochs of a long training are thinned to so many. */
const mostEpochs = 200;
const everyEpoch = (epochs: number): number => Math.ceil(Math.max(1, epochs) / mostEpochs);

/** Every finite figure of each part, the ends of the interval of the metric of the gates, and the loss over the epochs. */
function metricsOf({ train }: Tried): readonly MlflowMetric[] {
  if (train === null) return [];
  const { [train.metric]: interval } = train.evaluation.intervals;
  const { history } = train.model;
  const every = everyEpoch(history.length);
  const figures: (readonly [key: string, value: unknown, step: number])[] = [
    ...Object.entries(train.metrics).flatMap(([part, metrics]) =>
      Object.entries(metrics).map(([name, value]) => [`${part}.${name}`, value, 0] as const),
    ),
    [`test.${train.metric}.low`, interval?.low, 0],
    [`test.${train.metric}.high`, interval?.high, 0],
    ...history
      .filter((_, index) => index % every === 0 || index === history.length - 1)
      .flatMap(({ epoch, loss, validation }) => [
        ['epoch.loss', loss, epoch] as const,
        ['epoch.validation', validation, epoch] as const,
      ]),
  ];
  return figures.flatMap(([key, value, step]) =>
    typeof value === 'number' && Number.isFinite(value) ? [{ key: keyOf(key), value, step }] : [],
  );
}

/** What is not exported whole. */
function leftOut(params: readonly Pair[], { train, content: { set = [] } }: Tried): readonly string[] {
  const epochs = train?.model.history.length ?? 0;
  const asked = set.length + ownParameters;
  return [
    ...(epochs > mostEpochs
      ? [`of ${epochs} epochs only one in ${everyEpoch(epochs)} has its loss there`]
      : []),
    ...(asked > mostParams
      ? [`${asked - mostParams} of its parameters are not there: a server takes ${mostParams}`]
      : []),
    ...params.flatMap(({ key, value }) =>
      value.endsWith('…') ? [`${key} is cut to ${longestValue} characters`] : [],
    ),
  ];
}

/** A run in MLflow's words. Nothing of the rows is in it. */
export function mlflowRun(tried: Tried, line: RunLine): MlflowRun {
  const { content } = tried;
  const { bundle, model, git, tags, note } = line;
  const params = parametersOf(tried);
  return {
    name: bundle === null ? line.id : `${bundle.name}@${bundle.version}`,
    startedAt: content.startedAt,
    endedAt: content.endedAt,
    status: model === null ? 'FAILED' : 'FINISHED',
    params,
    told: leftOut(params, tried),
    metrics: metricsOf(tried),
    tags: pairs([
      [runTag, line.id],
      ['aieng.command', line.command],
      ['aieng.outcome', line.outcome],
      ['aieng.bundle', bundle?.digest ?? null],
      ['aieng.gates', model === null ? null : model.passed ? 'passed' : 'failed'],
      ['aieng.snapshot', content.outputs['ingest']?.digest ?? null],
      ['aieng.version', content.environment.aieng],
      ['aieng.tags', tags.join(' ')],
      ['mlflow.note.content', note],
      ['mlflow.source.name', `aieng ${line.command} ${line.pipeline}`],
      ['mlflow.source.git.commit', git?.commit ?? null],
    ]),
  };
}
