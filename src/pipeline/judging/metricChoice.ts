import { usageError } from '../../errors.ts';
import type { Task } from '../../modeling/model.ts';
import type { Pipeline } from '../pipeline.ts';
import type { MetricWord } from '../schema/index.ts';

/** Never accuracy: log loss rewards honest probabilities. */
const defaultMetric: Readonly<Record<Task['kind'], string>> = {
  binary: 'log_loss',
  multiclass: 'log_loss',
  regression: 'rmse',
};

/** What of a pipeline says how a model is judged, and where that is written. */
type Judged = Pick<Pipeline, 'label' | 'model' | 'evaluation' | 'file' | 'places'>;

function requireSuits(
  pipeline: Judged,
  metric: string,
  kind: Task['kind'],
  pointer: string,
  words: readonly MetricWord[],
): void {
  const tasks = words.find((word) => word.name === metric)?.tasks;
  if (tasks === undefined || tasks.includes(kind)) return;
  const place = pipeline.places[pointer];
  const suited = words.filter((word) => word.tasks?.includes(kind)).map((word) => word.name);
  throw usageError({
    code: 'metric-unsuited',
    message: `The metric ${metric} cannot judge a ${kind} task (label ${pipeline.label.column}).`,
    hint: `Choose one of: ${suited.join(', ')}.`,
    at: { file: pipeline.file, ...place },
  });
}

/**
 * The pipeline once its task is known: every `auto` metric (of model, evaluation and gates) by its name.
 *
 * @throws usage error `metric-unsuited` where a named metric cannot judge such a task.
 */
export function resolveMetrics<Part extends Judged>(
  pipeline: Part,
  kind: Task['kind'],
  metrics: readonly MetricWord[],
): Part & { readonly evaluation: { readonly metric: string } } {
  const metric = pipeline.evaluation.metric ?? defaultMetric[kind];
  requireSuits(pipeline, metric, kind, '/evaluation/metric', metrics);
  const gates = pipeline.evaluation.gates.map((gate, index) => {
    if (gate.kind === 'fairness') return gate;
    const named = gate.metric === 'auto' ? { ...gate, metric } : gate;
    requireSuits(pipeline, named.metric, kind, `/evaluation/gates/${index}/metric`, metrics);
    return named;
  });
  return {
    ...pipeline,
    model: { ...pipeline.model, metric },
    evaluation: { ...pipeline.evaluation, metric, gates },
  };
}
