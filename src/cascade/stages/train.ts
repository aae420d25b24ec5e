import { withHistoryOf } from '../../data/history/agreement.ts';
import type { Split } from '../../data/splitting.ts';
import type { Snapshot } from '../../data/snapshot.ts';
import type { Digest, Json } from '../../digest.ts';
import { canonicalJson, digestOf } from '../../digest.ts';
import type { Evaluation, Verdict } from '../../evaluation/evaluation.ts';
import { overTimeCaveat } from '../../evaluation/overTime.ts';
import { againstRule, isUndecided, judge, lostToRule } from '../../evaluation/gates.ts';
import { ensembleName } from '../../modeling/ensemble/files.ts';
import { concerning, familiesConcerned, importedFamily } from '../../modeling/concerned.ts';
import type { Backend, TrainedModel } from '../../modeling/model.ts';
import { backendOf, inputOf, load } from '../../modeling/load.ts';
import { loadBundle } from '../../packaging/keep.ts';
import { withCosts } from '../../pipeline/judging/costs.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { identifyingFitted, partingKnown } from '../../project/identities.ts';
import { inPieces } from '../../project/interruption.ts';
import { openPredictor } from '../../project/predictors.ts';
import { deployedBundle } from '../../tracking/served.ts';
import { answeringBundle, answeringFitted, compareOn } from '../comparison.ts';
import { crossFit } from '../crossFitting.ts';
import { columnCorrelations } from '../evidence/columnCorrelations.ts';
import { lossesByRows } from '../evidence/learningCurve.ts';
import { lossesOverTime } from '../evidence/overTime.ts';
import { digestTaken, judgingCaveats, judgingRows, takenModel, unverified } from '../importedModel.ts';
import type { JudgingRows, TakenModel } from '../importedModel.ts';
import { columnImportance } from '../evidence/importance.ts';
import type { Fitted, FitInput, FitResult } from '../fitting.ts';
import { fitFold, fitModel, ruleFamily, withMetrics } from '../fitting.ts';
import { isVerified } from '../../tracking/importedModel.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import type { FeaturizeOutput, ModelFacts, TrainOutput } from '../../tracking/stageOutputs.ts';
import { readFittedRows } from '../../tracking/fittedRows.ts';
import type { FittedRows } from '../../tracking/fittedRows.ts';
import { outputOf } from '../../tracking/stages.ts';
import type { StageRecord } from '../../tracking/stages.ts';
import { fitFeatures } from './featurize.ts';
import { namingBy, readFeatures, readSnapshotRows } from '../snapshotRows.ts';
import { autoPlan, dealOut, decodeSplit, labelled, strategyOf } from '../split.ts';
import { scriptParts, trainByScript } from '../script/training.ts';
import type { Handed, ScriptParts, ScriptTraining } from '../script/training.ts';
import type { Computed, Dependencies, Tools, CascadeWork, StageWork } from '../stage.ts';
import { defineStage } from '../stage.ts';

/** What the model and its verdict are a function of. Names are what `explain stage` says. */
interface Parts {
  readonly snapshot: string;
  readonly 'feature set': string;
  readonly backend: Backend;
  /** Digest of the model that serves, where a gate asks for a comparison with it. */
  readonly champion: string | null;
  /** Its rows, where it was fitted here: those of them that are test rows now do not judge it. */
  readonly 'champion rows'?: Pick<FittedRows, 'snapshot' | 'split'>;
  readonly 'pipeline features': Pipeline['features'];
  readonly 'pipeline label': Pipeline['label'];
  readonly 'pipeline row_id': Pipeline['row_id'];
  readonly 'pipeline split': Pipeline['split'];
  readonly 'pipeline time': Pipeline['time'];
  readonly 'pipeline model': Pipeline['model'];
  readonly 'pipeline evaluation': Pipeline['evaluation'];
  /** Of a program that trains. */
  readonly 'script files'?: ScriptParts['script files'];
  readonly 'script programs'?: ScriptParts['script programs'];
  readonly 'script image'?: ScriptParts['script image'];
}

interface Reach {
  readonly snapshot: Snapshot;
  readonly featurized: FeaturizeOutput;
  readonly scripts: ScriptWorld;
  /** For messages. */
  readonly written: Pick<Pipeline, 'file' | 'places'>;
}

/** The model that serves, where a gate asks for a comparison with it. */
async function championFor({ context, pipeline }: CascadeWork): Promise<string | null> {
  if (!pipeline.evaluation.gates.some((gate) => gate.kind === 'champion')) return null;
  return (await deployedBundle(context, pipeline.name))?.digest ?? null;
}

/** The test rows that the champion was not fitted on: `retrain` may have taught it some. */
async function unknownTo(
  tools: Tools,
  pipeline: CrossFitting,
  { snapshot, split }: NonNullable<Parts['champion rows']>,
  { rows, split: { test } }: FitInput,
): Promise<Int32Array> {
  const told = { label: 'compare', detail: 'test rows told from those that the champion knows', total: 0 };
  const own = await readSnapshotRows(tools, pipeline, snapshot);
  const parts = decodeSplit(await tools.store.get(split));
  const fitted = await inPieces(tools, told, identifyingFitted(pipeline, own, parts));
  const { positions, known } = await inPieces(tools, told, partingKnown(pipeline, rows, test, fitted));
  if (known === 0) return positions;
  const then =
    known === test.length
      ? 'It looks better on them than it is'
      : 'They are left out of the comparison with it';
  tools.progress({
    kind: 'warning',
    message: `The model that serves was fitted on ${known} of the ${test.length} test rows. ${then}.`,
  });
  return positions;
}

/** The gates once more with the champion judged on the same test rows, which it did not fit either. */
async function judgeChampion(
  tools: Tools,
  pipeline: CrossFitting,
  { champion, 'champion rows': known }: Pick<Parts, 'champion rows'> & { readonly champion: string },
  input: FitInput,
  fit: FitResult,
): Promise<Verdict> {
  const bundle = await loadBundle(tools.store, champion);
  const { predictor, schema } = await openPredictor(tools, { bundle, version: null }, pipeline.model.backend);
  const scorer = await load(fit.model, pipeline.model.backend);
  try {
    const by = { task: input.task, metric: fit.metric };
    const models = [
      answeringBundle(predictor),
      answeringFitted({ ...input, threshold: fit.threshold, scorer }),
    ] as const;
    const { table } = input.rows;
    const told = { label: 'compare', detail: 'rows given the history of the champion', total: table.rows };
    const championTable = await inPieces(tools, told, withHistoryOf(schema.history, table));
    const positions = known === undefined ? input.split.test : await unknownTo(tools, pipeline, known, input);
    const rows = { table, positions, championTable };
    const comparison = await compareOn(tools, pipeline, by, models, rows, 'test');
    return judge(withMetrics(pipeline, input.task).evaluation.gates, fit.evaluation, comparison);
  } finally {
    predictor.dispose();
    scorer.dispose();
  }
}

/** The same, each progress report beginning with these words. */
function saying(tools: Tools, words: string): Tools {
  const { progress } = tools;
  return {
    ...tools,
    progress: (event) => {
      progress(event.kind === 'progress' ? { ...event, detail: `${words}${event.detail}` } : event);
    },
  };
}

/** What folds and their models are a function of. */
type CrossFitting = Fitted & Pick<Pipeline, 'features' | 'row_id' | 'split' | 'time'>;

/** The same pipeline with the family `rule`. */
const asRule = (pipeline: CrossFitting): CrossFitting => ({
  ...pipeline,
  model: { ...pipeline.model, family: ruleFamily },
});

/** Where the test part is too small to decide a gate, the pipeline is judged on all labelled rows. */
async function crossFitted(
  tools: Tools,
  pipeline: CrossFitting,
  input: FitInput,
  fit: FitResult,
): Promise<FitResult> {
  const { gates } = withMetrics(pipeline, input.task).evaluation;
  // What was made elsewhere cannot be fitted again.
  if (fit.model.family === importedFamily || !isUndecided(gates, fit.evaluation)) return fit;
  const { train, validation, test, seed } = pipeline.split;
  const dealer = {
    fractions: { train, validation, test },
    seed,
    strategyOf: (rows: Int32Array) => strategyOf(pipeline, input.rows.table, rows),
  };
  // What is judged is a rule wherever the model is one, whatever other rows would have chosen.
  const judged = fit.model.rule === undefined ? pipeline : asRule(pipeline);
  const found = await crossFit(dealer, input, async (split, told) => {
    const fitted = await fitFeatures(tools, judged, { ...input, split }, input.fitted.own?.code);
    // 25 trainings are dear enough with one fold each.
    const own = { ...input, split, fitted };
    return fitFold(saying(tools, told), judged, { ...own, auto: autoPlan(judged, own, 1) });
  });
  if (found === undefined) return fit;
  const evaluation = { ...fit.evaluation, crossFitted: found };
  return { ...fit, evaluation, verdict: judge(gates, evaluation) };
}

/**
 * The model with its gates judged: on all labelled rows, where the test part is too small. Where family `auto` came to a
 * model that is not better than looking at one column, and that look is worth having, the look is the model.
 */
async function decided(
  tools: Tools,
  pipeline: CrossFitting,
  input: FitInput,
  fit: FitResult,
): Promise<FitResult> {
  const judged = await crossFitted(tools, pipeline, input, fit);
  const { gates } = withMetrics(pipeline, input.task).evaluation;
  if (pipeline.model.family !== 'auto' || judged.verdict.passed) return judged;
  if (!lostToRule(gates, judged.evaluation)) return judged;
  const own = asRule(pipeline);
  const rule = await crossFitted(tools, own, input, await fitModel(tools, own, input));
  if (!rule.verdict.passed) return judged;
  const { family } = judged.model;
  return {
    ...rule,
    tried: [...judged.tried.filter((each) => each.family !== ruleFamily), ...rule.tried],
    because: `One rule on ${rule.evaluation.rule!} ships: ${family} is not better than one rule beyond noise (${againstRule(judged.evaluation)}).`,
  };
}

/**
 * What more fits of the same family tell of the rows: what time does to those that are dealt out at random, and what more
 * of them would do.
 */
async function moreFits(
  tools: Tools,
  pipeline: CrossFitting,
  input: FitInput,
  { model, tried, evaluation }: FitResult,
): Promise<Partial<Pick<Evaluation, 'overTime' | 'learningCurve' | 'caveats'>>> {
  if (model.family === importedFamily) return {};
  // Of an ensemble one member tells it, the trees where they are tried: no fit is faster.
  const members = tried.map((each) => each.family).filter((name) => name !== ensembleName);
  const instead = members.includes('gbdt') ? 'gbdt' : (members[0] ?? 'gbdt');
  const family = model.family === ensembleName ? instead : model.family;
  const own = { ...pipeline, model: { ...pipeline.model, family } };
  const losses = async (split: Split, told: string): Promise<Float64Array> => {
    const fitted = await fitFeatures(tools, pipeline, { ...input, split }, input.fitted.own?.code);
    return (await fitFold(saying(tools, told), own, { ...input, split, fitted, auto: { folds: [] } })).model;
  };
  const deal = (how: Parameters<typeof dealOut>[0], rows: Int32Array): Split =>
    dealOut(how, input.rows, rows);
  const found = await lossesOverTime(pipeline, input, family, deal, losses);
  // Three fits of a net take too long to be told unasked.
  const curve = inputOf(family) === 'blocks' ? undefined : await lossesByRows(input, family, losses);
  return {
    ...(curve === undefined ? {} : { learningCurve: curve }),
    ...(found === undefined
      ? {}
      : { overTime: found, caveats: [...(evaluation.caveats ?? []), overTimeCaveat(found)] }),
  };
}

/** What has to be said of how a model from elsewhere was judged: beside its figures, and where nobody knows, in the verdict. */
function saidOf(taken: TakenModel | null, judging: JudgingRows, fit: FitResult): FitResult {
  if (taken === null) return fit;
  const caveats = judgingCaveats(taken.model, judging);
  const { evaluation, verdict } = fit;
  const sentence = isVerified(taken.model) ? verdict.sentence : `${verdict.sentence} ${unverified}`;
  return {
    ...fit,
    model: { ...fit.model, files: new Map([...fit.model.files, ...taken.beside]) },
    because: `It was imported: ${taken.model.name}.`,
    evaluation: { ...evaluation, caveats: [...(evaluation.caveats ?? []), ...caveats] },
    verdict: { ...verdict, sentence },
  };
}

/** Keeps a model's files as objects and gives its facts. */
async function keepModel({ store }: Tools, model: TrainedModel): Promise<ModelFacts> {
  const files: [string, Digest][] = [];
  for (const [path, bytes] of model.files) files.push([path, await store.put(bytes)]);
  return { ...model, files: Object.fromEntries(files) };
}

async function dependencies(work: StageWork): Promise<Dependencies<Parts, Reach>> {
  const { pipeline, upstream, scripts } = work;
  const { features, label, row_id, split, time, model, evaluation, file, places } = pipeline;
  const champion = await championFor(work);
  const known = champion === null ? undefined : await readFittedRows(work.context, champion);
  const script = await scriptParts(work, scripts);
  const parts: Parts = {
    snapshot: upstream.ingest!.digest,
    'feature set': upstream.featurize!.digest,
    backend: await backendOf(model.family, model.backend),
    champion,
    ...(known === undefined ? {} : { 'champion rows': { snapshot: known.snapshot, split: known.split } }),
    'pipeline features': features,
    'pipeline label': label,
    'pipeline row_id': row_id,
    'pipeline split': split,
    'pipeline time': time,
    // What they come to stands in the model that was imported.
    'pipeline model': { ...concerning(model), ...(script === null ? { inputs: {} } : {}) },
    'pipeline evaluation': evaluation,
    ...script,
  };
  const { snapshot } = outputOf.ingest(upstream.ingest!);
  const featurized = outputOf.featurize(upstream.featurize!);
  const reach = { snapshot, featurized, scripts, written: { file, places } };
  // Whatever serves is judged too: it may be of any family.
  return { parts, reach, families: familiesConcerned(champion === null ? model.family : 'auto') };
}

/** What a program of the project trained, as family `imported` takes it; null where none trains. */
async function scripted(
  { parts, reach: { scripts } }: Dependencies<Parts, Reach>,
  tools: Tools,
  pipeline: CrossFitting,
  handed: Handed,
): Promise<ScriptTraining | null> {
  const { 'script files': files, 'script programs': programs, 'script image': image = null } = parts;
  if (files === undefined) return null;
  const own = withMetrics(pipeline, handed.task);
  return trainByScript(
    tools,
    scripts,
    { ...pipeline, ...own },
    {
      ...{ 'script files': files, 'script image': image },
      ...(programs === undefined ? {} : { 'script programs': programs }),
    },
    handed,
  );
}

/** What counts of a training: what a program prints does not. */
const digestOfOutput = ({ script, ...output }: TrainOutput): Digest => {
  if (script === undefined) return digestOf(output);
  // An image that is built once more is another one: what it gave counts.
  const { image: _image, ...facts } = script;
  return digestOf({ ...output, script: { ...facts, log: '' } });
};

/** As a key has it. */
const plain = (model: Pipeline['model']): Json => JSON.parse(canonicalJson(model)) as Json;

/** The fitted model, what was tried, how good it is. */
export async function compute(
  given: Dependencies<Parts, Reach>,
  tools: Tools,
): Promise<Computed<TrainOutput>> {
  const { store } = tools;
  const {
    parts,
    reach: { snapshot, featurized, written },
  } = given;
  const asked: CrossFitting = {
    features: parts['pipeline features'],
    label: parts['pipeline label'],
    row_id: parts['pipeline row_id'],
    split: parts['pipeline split'],
    time: parts['pipeline time'],
    model: parts['pipeline model'],
    evaluation: parts['pipeline evaluation'],
    ...written,
  };
  const task = withCosts(asked, featurized.task);
  const dealt = {
    rows: await readSnapshotRows(tools, asked, snapshot),
    split: decodeSplit(await store.get(featurized.split)),
  };
  const made = await scripted(given, tools, asked, { ...dealt, task, inputs: featurized.inputs });
  const pipeline: CrossFitting = { ...asked, ...made?.pipeline };
  const taken = await takenModel(tools, digestTaken(pipeline.model));
  const judging =
    taken === null || made !== null
      ? { ...dealt, told: made?.told ?? [] }
      : await judgingRows(tools, namingBy(pipeline), taken.model, task, dealt);
  const { rows, split } = judging;
  const known = {
    rows,
    target: labelled(pipeline, rows.table).target,
    task,
    inputs: featurized.inputs,
    split,
    ...(taken === null ? {} : { given: taken.files }),
    fitted: made?.fitted ?? (await readFeatures(tools, featurized.features)),
  };
  const input: FitInput = { ...known, auto: autoPlan(pipeline, known) };
  const { cutTo, ...fitted } = await fitModel(tools, pipeline, input);
  const first = saidOf(taken, judging, fitted);
  const decidedFit = await decided(tools, pipeline, input, first);
  const importance = await columnImportance(tools, input, decidedFit, pipeline.model);
  const correlations = columnCorrelations(input);
  const told = {
    ...{ importance, ...(await moreFits(tools, pipeline, input, decidedFit)) },
    ...(correlations === undefined ? {} : { correlations }),
  };
  const fit = { ...decidedFit, evaluation: { ...decidedFit.evaluation, ...told } };
  const { champion } = parts;
  const verdict =
    champion === null
      ? fit.verdict
      : saidOf(taken, judging, {
          ...fit,
          verdict: await judgeChampion(tools, pipeline, { ...parts, champion }, input, fit),
        }).verdict;
  const output: TrainOutput = {
    ...fit,
    verdict,
    model: await keepModel(tools, fit.model),
    ...(made === null ? {} : { because: made.because, script: made.facts }),
  };
  return {
    digest: digestOfOutput(output),
    output,
    objects: [...Object.values(output.model.files), ...(taken?.objects ?? []), ...(made?.objects ?? [])],
    exitCode: verdict.passed ? 0 : 4,
    // What was planned proved to be less: the same is made of a pipeline that asks for so many folds.
    ...(cutTo === undefined
      ? {}
      : { used: { 'pipeline model': plain({ ...parts['pipeline model'], folds: cutTo }) } }),
  };
}

/** The same once more, of what a record says that it depended on then: what is made of it, and nothing else, may differ. */
export const trainAgain = (
  parts: StageRecord['parts'],
  reach: Reach,
  tools: Tools,
): Promise<Computed<TrainOutput>> =>
  // The record is of this stage: its parts are what `dependencies` gave.
  compute({ parts: parts as unknown as Parts, reach }, tools);

/** Fits model and baselines, calibrates, evaluates on the test part, judges the gates. */
export const trainStage = defineStage({ name: 'train', dependencies, compute });
