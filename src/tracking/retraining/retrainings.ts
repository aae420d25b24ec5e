import { Type } from '@sinclair/typebox';
import { deploymentStatusShape } from '../../deployment/target.ts';
import { comparisonShape, verdictShape } from '../../evaluation/evaluation.ts';
import type { Json } from '../../digest.ts';
import { count, digest, figure, flag, instant, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { promiseShape } from '../../monitoring/report.ts';
import { labelAccountShape } from '../../traffic/account.ts';
import type { Ledger } from '../ledger.ts';
import { listRecords, recordKind, writeRecord } from '../recordKind.ts';
import { isMembers } from '../since01.ts';

/** One of the models that were to take the champion's place. */
export const candidateShape = Type.Object(
  {
    name: text('`union`, `last-7-days`, `half-life`, or an earlier champion: `churn@3`.'),
    kind: oneOf(['union', 'last-7-days', 'half-life', 'earlier']),
    trainingRows: orNull(count('Rows that it learnt from, while the judging rows were left out.')),
    leftOut: orNull(text('Why it took no part.')),
    comparison: orNull(comparisonShape, 'Champion against it on the rows that only judge.'),
    passed: orNull(
      flag('It passed its gates; null for an earlier champion, which did when it was packaged.'),
    ),
  },
  { title: 'Candidate' },
);
export type Candidate = Shape<typeof candidateShape>;

/** Why a better challenger waits for a person. */
export const holdShape = Type.Object(
  {
    kind: oneOf(['asked-for', 'one-class', 'selection', 'worse-on-source']),
    because: text(),
  },
  { title: 'Hold' },
);

/** What a promotion promises, and what monitoring judges by from then on. */
const levelShape = Type.Object(
  {
    metric: text(),
    value: figure('On the rows that only judged.'),
    low: figure('Lower bound of the 95 % interval.'),
    high: figure('Upper bound.'),
    best: orNull(figure('The best that this pipeline ever served.')),
    moves: flag('Monitoring judges by this level; else by the one before.'),
    because: text(),
  },
  { title: 'PromisedLevel' },
);

/** What `retrain` decided, and on what evidence. */
export const retrainingShape = Type.Object({
  decision: oneOf([
    'no-trigger',
    'cooldown',
    'budget-spent',
    'not-enough-data',
    'made-elsewhere',
    'busy',
    'challenger-not-better',
    'accepted',
    'champion-moved',
    'gate-failed',
    'waits-for-approval',
    'promoted',
    'promoted-and-deployed',
  ]),
  because: text(),
  triggers: Type.Array(text()),
  trainingRows: orNull(count('Rows that taught the best candidate, while the judging rows were left out.')),
  comparisonRows: orNull(count()),
  candidates: Type.Array(candidateShape, { description: 'All that took part, and why others did not.' }),
  chosen: orNull(text('Name of the best candidate.')),
  refittedRows: orNull(
    count('Rows that taught it in the end: the same rule over all rows, those that judged too.'),
  ),
  comparison: orNull(
    comparisonShape,
    'Champion against the best candidate on the recent rows that only judge.',
  ),
  onSource: orNull(
    comparisonShape,
    "The same two on rows of the source's test part that neither was fitted on: what the change means for the old population.",
  ),
  holds: Type.Array(holdShape, { description: 'Why it waits for a person.' }),
  level: orNull(levelShape),
  promise: orNull(promiseShape),
  schemaChanges: Type.Array(text(), {
    description: 'What the recent rows added to open domains and ranges.',
  }),
  verdict: orNull(verdictShape),
  champion: orNull(Type.Object({ version: orNull(count()), bundle: digest() })),
  challenger: orNull(
    Type.Object({ version: orNull(count('null: it waits, and has none yet.')), bundle: digest() }),
  ),
  deployed: orNull(deploymentStatusShape),
  labels: orNull(labelAccountShape, 'What became of the labels of the recent window.'),
});
export type Retraining = Shape<typeof retrainingShape>;

const retrainingRecordShape = Type.Composite([retrainingShape, Type.Object({ at: instant() })]);
export type RetrainingRecord = Shape<typeof retrainingRecordShape>;

const compared: RetrainingRecord['comparison'] = {
  metric: 'log_loss',
  rows: 90,
  champion: 0.43,
  challenger: 0.42,
  improvement: { value: 0.01, low: -0.02, high: 0.04 },
};
const sample: RetrainingRecord = {
  at: 1_764_400_000_000,
  decision: 'challenger-not-better',
  because: 'The challenger is within noise of the champion.',
  triggers: ['drift'],
  trainingRows: 5634,
  comparisonRows: 90,
  candidates: [
    { name: 'union', kind: 'union', trainingRows: 5634, leftOut: null, comparison: compared, passed: true },
    {
      name: 'last-7-days',
      kind: 'last-7-days',
      trainingRows: null,
      leftOut: '12 rows would teach, 100 are needed',
      comparison: null,
      passed: null,
    },
  ],
  chosen: 'union',
  refittedRows: null,
  comparison: compared,
  onSource: null,
  holds: [],
  level: null,
  promise: null,
  schemaChanges: [],
  verdict: { passed: true, gates: [], sentence: 'It beats the baselines.' },
  champion: { version: 3, bundle: 'a'.repeat(64) },
  challenger: null,
  deployed: null,
  labels: null,
};

/** Before 0.3 there was one challenger, of the union. */
const withOneCandidate = (record: Json): Json =>
  isMembers(record)
    ? {
        candidates: [],
        chosen: null,
        refittedRows: null,
        holds: [],
        level: null,
        promise: null,
        ...record,
      }
    : record;

/** Decisions of `retrain`: the cooldown counts from the newest that trained a challenger. */
export const retrainingKind = recordKind({
  name: 'retrain',
  owner: 'pipeline',
  version: 3,
  minimumAieng: '0.2.0',
  shape: retrainingRecordShape,
  // aieng 0.1 kept no account of labels.
  older: {
    1: (record) => (isMembers(record) ? { labels: null, ...record } : record),
    2: withOneCandidate,
  },
  without: 'Without it, `aieng retrain` may try again before its cooldown is over.',
  sample,
});

/** Writes down a decision under the id of the run that took it. */
export async function writeRetraining(
  { store, environment }: Pick<Ledger, 'store' | 'environment'>,
  pipeline: string,
  runId: string,
  retraining: Retraining,
): Promise<void> {
  const record = { ...retraining, at: environment.now() };
  await writeRecord(store, retrainingKind, { of: pipeline, id: runId }, record);
}

/** The newest decision for a pipeline that can be read. */
export async function lastRetraining(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<RetrainingRecord | undefined> {
  return (await listRecords(store, retrainingKind, { of: pipeline, limit: 1 })).records[0]?.content;
}

/** A decision that was taken after a challenger was trained, with the run that took it. */
export interface Training {
  readonly runId: string;
  readonly record: RetrainingRecord;
}

/** Decisions that are looked through for trainings: idle ones are written when they change only. */
const looksBack = 200;

/**
 * The decisions that were taken after a challenger was trained, newest first, however many idle ones lie between.
 *
 * @throws damaged (exit 8): what cannot be read may have been one, and trained a minute ago.
 */
export async function trainingsOf(
  { store }: Pick<Ledger, 'store'>,
  pipeline: string,
): Promise<readonly Training[]> {
  const { records, damaged } = await listRecords(store, retrainingKind, { of: pipeline, limit: looksBack });
  if (damaged[0] !== undefined) throw damaged[0];
  return records.flatMap(({ id, content }) =>
    content.trainingRows === null ? [] : [{ runId: id, record: content }],
  );
}

/** Whether a decision put another model in charge. */
export const isPromoted = ({ decision }: Pick<Retraining, 'decision'>): boolean =>
  decision === 'promoted' || decision === 'promoted-and-deployed';
