import { Type } from '@sinclair/typebox';
import { exitCodes } from '../../errors.ts';
import { comparisonShape } from '../../evaluation/evaluation.ts';
import { compareRuns, runComparisonShape } from '../../evaluation/runChanges.ts';
import type { RunOutput } from '../../evaluation/runOutput.ts';
import { lineOf, runLineShape } from '../../project/tried/line.ts';
import { orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import type { Digest } from '../../digest.ts';
import { changedParts } from '../staleness.ts';
import { AiengError } from '../../errors.ts';
import { compareModels } from '../../evaluation/compare.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import { loadBundle } from '../../packaging/keep.ts';
import { readScored } from '../../packaging/documents.ts';
import type { Bundle } from '../../packaging/manifest.ts';
import { createRandom } from '../../random.ts';
import { outputOf, readStage, stageNames } from '../../tracking/stages.ts';
import type { Context } from '../../project/context.ts';
import type { Tried } from '../../project/tried/tried.ts';

/** What a run did otherwise than another one. */
export const differenceShape = Type.Object({
  run: runLineShape,
  changed: Type.Array(Type.Object({ stage: text(), what: Type.Array(text()) }), {
    description: 'What its stages were handed that those of the first run were not.',
  }),
  figures: runComparisonShape,
  paired: orNull(
    Type.Object(comparisonShape.properties),
    'Both models on the same test rows; the first run is `champion`.',
  ),
  unpaired: orNull(text(), 'Why there is no paired comparison.'),
});
export type RunDifference = Shape<typeof differenceShape>;

/** What a stage takes from those before it changes whenever they do: told there. */
const handedOn = [
  'feature set',
  'model',
  'previous snapshot',
  'profile',
  'set for this run',
  'snapshot',
  'training code',
  'unknown fields',
].map((part) => `${part} changed`);

/** What each stage of the second run was handed that it was not in the first. */
async function changedStages(
  context: Pick<Context, 'store'>,
  first: Tried,
  second: Tried,
): Promise<readonly { readonly stage: string; readonly what: readonly string[] }[]> {
  const changed: { stage: string; what: readonly string[] }[] = [];
  for (const stage of stageNames) {
    const [before, after] = [first.content.outputs[stage]?.key, second.content.outputs[stage]?.key];
    if (before === undefined || after === undefined || before === after) continue;
    const [old, now] = [await readStage(context, stage, before), await readStage(context, stage, after)];
    const what =
      old === undefined || now === undefined
        ? ['its record is gone from the store']
        : changedParts(old.parts, now.parts).filter((part) => !handedOn.includes(part));
    if (what.length > 0) changed.push({ stage, what });
  }
  return changed;
}

/** The rows that test a run's model: which snapshot, dealt how. */
async function testRows(context: Pick<Context, 'store'>, { content }: Tried): Promise<string | undefined> {
  const { ingest, featurize } = content.outputs;
  const record = featurize === undefined ? undefined : await readStage(context, 'featurize', featurize.key);
  if (ingest === undefined || record === undefined) return undefined;
  return `${ingest.digest}/${outputOf.featurize(record).split}`;
}

async function bundleOf(context: Context, digest: Digest): Promise<Bundle | null> {
  try {
    return await loadBundle(context.store, digest);
  } catch (error) {
    if (error instanceof AiengError) return null;
    throw error;
  }
}

/** Both models on the same test rows, or why that cannot be. */
async function pairedComparison(
  context: Context,
  first: Tried,
  second: Tried,
): Promise<{ readonly paired: Comparison | null; readonly unpaired: string | null }> {
  const without = (unpaired: string): { paired: null; unpaired: string } => ({ paired: null, unpaired });
  if (first.train === null || second.train === null) return without('a run made no model');
  const [rows, others] = [await testRows(context, first), await testRows(context, second)];
  if (rows === undefined || rows !== others) return without('they were tested on other rows');
  if (first.packaged === null || second.packaged === null)
    return without('a model was not packaged: answers to the test rows are kept in bundles only');
  const bundles = [
    await bundleOf(context, first.packaged.bundle),
    await bundleOf(context, second.packaged.bundle),
  ];
  const [left, right] = bundles.map((bundle) =>
    bundle === null ? null : { bundle, scored: readScored(bundle) },
  );
  if (left?.scored == null || right?.scored == null)
    return without('a bundle, or its answers to the test rows, is gone');
  const { task, threshold: before } = left.bundle.manifest;
  const { threshold: after } = right.bundle.manifest;
  const alike =
    left.scored.outputs === right.scored.outputs &&
    left.scored.target.length === right.scored.target.length &&
    left.scored.target.every((value, row) => value === right.scored?.target[row]);
  if (!alike) return without('their answers are to other rows');
  const scores = ({
    scores: all,
    target,
  }: typeof left.scored): { scores: Float64Array; target: Float64Array } => ({
    scores: Float64Array.from(all),
    target: Float64Array.from(target),
  });
  const paired = compareModels(
    second.train.metric,
    scores(left.scored),
    scores(right.scored),
    task,
    createRandom('runs/compare'),
    {
      ...(before === undefined ? {} : { championThreshold: before }),
      ...(after === undefined ? {} : { challengerThreshold: after }),
    },
  );
  return { paired, unpaired: null };
}

/** What a run says, in the form in which two are compared. */
function outputOfRun({ content, train, packaged }: Tried): RunOutput {
  const { command, pipeline, outcome, set = [] } = content;
  return {
    command,
    pipeline,
    ok: outcome === 'ok',
    exitCode: exitCodes.ok,
    ...(packaged === null ? {} : { bundle: packaged.bundle, version: packaged.version }),
    ...(train === null ? {} : { metrics: { test: train.metrics.test }, gates: train.verdict.gates }),
    set,
    warnings: [],
  };
}

/** What each further run did otherwise than the first. */
export async function differencesOf(
  context: Context,
  runs: readonly Tried[],
): Promise<readonly RunDifference[]> {
  const [first, ...others] = runs;
  if (first === undefined) return [];
  const differences: RunDifference[] = [];
  for (const other of others)
    differences.push({
      run: lineOf(other),
      changed: await changedStages(context, first, other),
      figures: compareRuns(outputOfRun(first), outputOfRun(other)),
      ...(await pairedComparison(context, first, other)),
    });
  return differences;
}
