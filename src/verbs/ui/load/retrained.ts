import { readMaking } from '../../../cascade/challenger/making.ts';
import { AiengError } from '../../../errors.ts';
import type { Manifest } from '../../../packaging/manifest.ts';
import type { Context } from '../../../project/context.ts';
import type { FittedRows } from '../../../tracking/fittedRows.ts';
import { readFittedRows } from '../../../tracking/fittedRows.ts';
import type { Training } from '../../../tracking/retraining/retrainings.ts';
import { trainingsOf } from '../../../tracking/retraining/retrainings.ts';
import { readRun } from '../../../tracking/runs/runs.ts';
import type { LineageFacts } from '../../../ui/pages/lineage/facts.ts';
import { evaluationOf } from './quality.ts';

/** What is on record of the making of a bundle. */
export type Made = Pick<
  LineageFacts,
  'run' | 'source' | 'snapshot' | 'checks' | 'features' | 'model' | 'files' | 'retrained'
>;

export const nothingMade: Made = {
  run: null,
  source: null,
  snapshot: null,
  checks: null,
  features: null,
  model: null,
  files: [],
  retrained: null,
};

/** Rows of the prediction log that took part; null where an older aieng wrote none down, or `gc` took it. */
async function loggedOf(
  context: Context,
  fitted: FittedRows | undefined,
): Promise<NonNullable<Made['retrained']>['logged']> {
  if (fitted?.retrained === undefined) return null;
  try {
    const { recent, older } = await readMaking(context, fitted.retrained);
    return { recent: recent.length, older: older.length };
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

async function modelOf(
  context: Context,
  { family, metric }: Manifest,
  bundle: string,
  { record: { verdict } }: Training,
): Promise<Made['model']> {
  const interval = (await evaluationOf(context, bundle))?.intervals[metric];
  return {
    family,
    metric,
    value: interval?.value ?? null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    passed: verdict?.passed ?? false,
    sentence: verdict?.sentence ?? '',
    parameters: null,
    because: '',
  };
}

const labelsOf = ({ record: { labels } }: Training): NonNullable<Made['retrained']>['labels'] =>
  labels === null
    ? []
    : (['given', 'used', 'superseded', 'unmatched', 'ambiguous', 'outside', 'expired', 'unusable'] as const)
        .map((fate) => [fate, labels[fate]] as const)
        .filter(([fate, count]) => fate === 'given' || count > 0);

async function runOf(context: Context, { runId, record }: Training): Promise<Made['run']> {
  const read = await readRun(context, runId);
  const git = read !== undefined && 'git' in read ? read.git : null;
  return {
    id: runId,
    command: 'retrain',
    at: record.at,
    commit: git?.commit ?? null,
    dirty: git?.dirty ?? false,
  };
}

/** What `aieng retrain` made a bundle of, or null where it did not make it. */
export async function retrainedOf(
  context: Context,
  manifest: Manifest,
  bundle: string,
): Promise<Made | null> {
  const training = (await trainingsOf(context, manifest.name)).find(
    ({ record }) => record.challenger?.bundle === bundle,
  );
  if (training === undefined) return null;
  const { runId, record } = training;
  const fitted = await readFittedRows(context, bundle);
  return {
    ...nothingMade,
    run: await runOf(context, training),
    source:
      fitted === undefined ? null : { files: (fitted.retrained?.parent ?? fitted.snapshot).files, parts: [] },
    snapshot: fitted === undefined ? null : fitted.snapshot,
    model: await modelOf(context, manifest, bundle, training),
    retrained: {
      run: runId,
      at: record.at,
      window: record.chosen,
      because: record.because,
      champion: record.champion,
      rows: record.refittedRows ?? record.trainingRows,
      logged: await loggedOf(context, fitted),
      labels: labelsOf(training),
    },
  };
}
