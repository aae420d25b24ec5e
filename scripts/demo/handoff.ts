import { copyFile, cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MonitorReport, RetrainResult } from '../../src/index.ts';
import { pythonWith } from '../pythonWith.ts';
import { dealOut } from './deal.ts';
import type { Deal } from './deal.ts';
import { lastTraining } from './facts.ts';
import { createProject, freePort, readFixture, repository } from './project.ts';
import { canaryRows } from './story.ts';
import { summaryOf, verdictOf } from './summary.ts';
import type { Ending } from './summary.ts';
import {
  acceptLevel,
  canary,
  heading,
  heard,
  look,
  must,
  note,
  retrain,
  tell,
  traffic,
  type,
  writePage,
} from './teller.ts';
import type { Teller, Told } from './teller.ts';

/** The seed that the rows were dealt out by when the two models learnt from them (fixtures/handoff). */
const seed = 1;

/** The story of two models that were made elsewhere. */
interface Handoff extends Told {
  /** The program that trained the challenger; null: a family of aieng did. */
  readonly script: string | null;
  readonly monitor: {
    readonly calm: MonitorReport | null;
    readonly launch: MonitorReport | null;
    readonly after: MonitorReport | null;
  };
  readonly retraining: RetrainResult | null;
  readonly report: string;
  readonly summary: string;
}

/** What is known at the end of it. */
interface Facts {
  refused: string;
  accepted: string;
  monitor: Handoff['monitor'];
  retraining: RetrainResult | null;
}

/** What both researchers handed over, and the script of the one, in the project that takes it in. */
async function takeOver(folder: string, python: string | null): Promise<void> {
  await cp(path.join(repository, 'fixtures/handoff'), path.join(folder, 'handed'), { recursive: true });
  if (python === null) return;
  await copyFile(path.join(repository, 'examples/lightgbm/train.py'), path.join(folder, 'train.py'));
  const file = path.join(folder, 'pipelines/churn.yaml');
  const section = `\nmodel:\n  script:\n    command: [${JSON.stringify(python)}, train.py]\n`;
  await writeFile(file, `${(await readFile(file, 'utf8')).trimEnd()}\n${section}`);
}

const importOf = (folder: string, model: string): readonly string[] => [
  'import',
  `handed/${folder}/${model}`,
  ...['--pipeline', 'churn'],
  ...['--expect', `handed/${folder}/expected.csv`],
  ...['--trained-on', 'handed/rows.parquet'],
];

const inHundred = (share: number | undefined): string =>
  share === undefined ? '?' : (100 * share).toFixed(0);

/** What the gate says of the last model, as a product owner would ask for it. */
async function judgement(teller: Teller): Promise<{ readonly sentence: string; readonly plain: string }> {
  const trained = await lastTraining(teller.folder);
  if (trained === null) return { sentence: 'nothing was judged', plain: '' };
  const { precision, recall } = trained.evaluation.metrics;
  const plain = `Of 100 customers whom it would call leavers, ${inHundred(precision)} leave; of 100 who leave, it finds ${inHundred(recall)}.`;
  return { sentence: trained.verdict.sentence, plain };
}

/** Tells what became of a model that came in, and holds it against what the story promises. */
async function told(teller: Teller, title: string, promise: string, isKept: RegExp): Promise<string> {
  const { sentence, plain } = await judgement(teller);
  const kept = isKept.test(sentence);
  teller.print(`\n    In plain words: ${sentence}\n    ${plain}`);
  if (!kept) teller.print(`    ✗ the story promised ${promise}`);
  note(teller, { title, output: `${sentence}\n${plain}`, figures: [], promise, kept });
  return sentence;
}

/** Both models come in: one is refused by a gate, the other becomes version 1. */
async function arrive(teller: Teller, facts: Facts): Promise<void> {
  heading(teller, 'Rows are handed out: never those that judge');
  await must(teller, 'split', ['split', 'churn', '--export', 'rows.parquet', '--validation']);
  heading(teller, 'A researcher hands over an ONNX file of scikit-learn');
  await type(teller, 'import of the ONNX file: a gate fails', importOf('sklearn', 'model.onnx'), 4);
  const worse = 'a model that is worse than a rule of thumb';
  facts.refused = await told(teller, 'why it is refused', worse, /^Not better than/);
  heading(teller, 'Another hands over a text file of LightGBM');
  await must(teller, 'import of the LightGBM file', importOf('lightgbm', 'model.txt'));
  facts.accepted = await told(teller, 'what is taken in', 'a model worth having', /^Worth having/);
}

async function live(teller: Teller, deal: Deal, port: string, facts: Facts): Promise<void> {
  heading(teller, 'It is served');
  await must(teller, 'deploy', ['deploy', 'churn', '--to', 'local', '--port', port]);
  await traffic(teller, 'calm traffic', deal.calm);
  const calm = await look(teller, 'monitor: calm', 0);
  heading(teller, 'The fiber-optic line is launched');
  await traffic(teller, 'launch', deal.launch);
  const launch = await look(teller, 'monitor: alarm', 5);
  facts.monitor = { ...facts.monitor, calm, launch };
  heard(teller, 'an alert arrives', 'an alert of drift', (said) => said.includes('drift new'));
}

async function replace(teller: Teller, deal: Deal, python: string | null, facts: Facts): Promise<void> {
  const who =
    python === null ? 'aieng trains (no Python with LightGBM here)' : "The researcher's script trains";
  heading(teller, `${who} on newer rows, while customers keep coming`);
  facts.retraining = await retrain(teller, deal.launch, 'promoted-and-deployed');
  const first = deal.after.slice(0, canaryRows);
  await canary(teller, first);
  heading(teller, 'The traffic after the promotion');
  await traffic(teller, 'after', deal.after.slice(first.length));
  await acceptLevel(teller);
  const after = await look(teller, 'monitor: calm again', 0);
  facts.monitor = { ...facts.monitor, after };
  heard(teller, 'the alert is over', 'that the drift is over', (said) => said.includes('drift over'));
  await type(teller, 'status', ['status'], 0);
}

function ending(story: Told, python: string | null, facts: Facts): Ending {
  const { calm, launch, after } = facts.monitor;
  const by = python === null ? 'a model of aieng' : 'what its own script made of newer rows';
  const good = `The handoff held: one model was refused for a reason anybody can follow, the other was served, drifted, and gave way to ${by} without a failed request.`;
  return {
    told: story,
    title: 'The handoff',
    stretches: [
      { name: 'calm traffic', short: 'calm', report: calm },
      { name: 'fiber customers arrive', short: 'fiber arrives', report: launch },
      { name: 'after the promotion', short: 'after promotion', report: after },
    ],
    retraining: facts.retraining,
    lines: [
      'model.onnx (scikit-learn) is refused.',
      `  ${facts.refused}`,
      'model.txt (LightGBM) is taken in.',
      `  ${facts.accepted}`,
      `In the end it gives way to ${by}.`,
    ],
    seed,
    verdict: verdictOf(story, good),
  };
}

/**
 * Tells the story of the handoff on real rows, through the real command line: two models that the real libraries made once come
 * in, and the better one goes the way of every model. Nothing is scripted to succeed.
 */
export async function tellHandoff({
  print,
  signal,
}: {
  readonly print: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<Handoff> {
  const python = await pythonWith(['lightgbm', 'pandas', 'pyarrow']);
  const deal = dealOut(await readFixture(), seed, false);
  const folder = await createProject('handoff', deal.company, 'local');
  await takeOver(folder, python);
  const port = String(await freePort());
  const none: Handoff['monitor'] = { calm: null, launch: null, after: null };
  const facts: Facts = { refused: '–', accepted: '–', monitor: none, retraining: null };
  const place = { target: 'local', variables: {} } as const;
  const story = await tell({ folder, place, port, print, signal }, async (teller) => {
    await arrive(teller, facts);
    await live(teller, deal, port, facts);
    await replace(teller, deal, python, facts);
  });
  const { text, page } = summaryOf(ending(story, python, facts));
  const { monitor, retraining } = facts;
  const report = await writePage(folder, page);
  return { ...story, script: python, monitor, retraining, report, summary: text };
}
