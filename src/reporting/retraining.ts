import type { Comparison } from '../evaluation/evaluation.ts';
import type { PromiseKept } from '../monitoring/report.ts';
import { utcMinute } from '../utc.ts';
import { figure, pValue, words } from './figures.ts';
import { markup, type Html } from './html.ts';
import { keyFigures, mark, page, section, table, verdict, type PlacedPage, type Tone } from './page.ts';
import { promiseParagraph } from './promise.ts';

/** What `retrain` decided, as far as the page tells it. */
interface Retraining {
  readonly decision: string;
  readonly because: string;
  readonly triggers: readonly string[];
  readonly comparisonRows: number | null;
  readonly candidates: readonly {
    readonly name: string;
    readonly trainingRows: number | null;
    readonly leftOut: string | null;
    readonly comparison: Comparison | null;
    readonly passed: boolean | null;
  }[];
  readonly chosen: string | null;
  readonly refittedRows: number | null;
  readonly comparison: Comparison | null;
  readonly onSource: Comparison | null;
  readonly holds: readonly { readonly because: string }[];
  readonly level: {
    readonly metric: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly because: string;
  } | null;
  readonly promise: PromiseKept | null;
  readonly schemaChanges: readonly string[];
}

/** A decision of `retrain`, with whose it is and when. */
export interface RetrainPage {
  readonly pipeline: string;
  readonly at: number;
  readonly retraining: Retraining;
}

/** Colour of a decision, by its name. */
const tones: Readonly<Partial<Record<string, Tone>>> = {
  promoted: 'good',
  'promoted-and-deployed': 'good',
  'gate-failed': 'bad',
};

export const retrainTone = (decision: string): Tone => tones[decision] ?? 'wait';

const gainOf = (comparison: Comparison | null): string =>
  comparison === null
    ? '–'
    : `${figure(comparison.improvement.value)} (${figure(comparison.improvement.low)} to ${figure(comparison.improvement.high)})`;

/** All that wanted the champion's place, and what became of each. */
const candidateTable = ({ candidates, chosen }: Retraining): Html =>
  table(
    [
      { title: 'candidate' },
      { title: 'rows that taught', numeric: true },
      { title: 'the champion', numeric: true },
      { title: 'it', numeric: true },
      { title: 'gain (95 % interval)', numeric: true },
      { title: 'p', numeric: true },
      { title: 'what of it' },
    ],
    candidates.map(({ name, trainingRows, leftOut, comparison, passed }) => [
      name,
      figure(trainingRows),
      figure(comparison?.champion),
      figure(comparison?.challenger),
      gainOf(comparison),
      comparison?.improvement.p === undefined ? '–' : pValue(comparison.improvement.p),
      leftOut === null
        ? passed === false
          ? mark('bad', 'failed its gates')
          : name === chosen
            ? mark('good', 'the best')
            : ''
        : `took no part: ${leftOut}`,
    ]),
  );

function candidatesSection(retraining: Retraining): Html {
  const { comparison, comparisonRows, onSource, refittedRows } = retraining;
  return section(
    'Who wanted its place',
    markup`<p>Each was fitted without the newest labelled rows, and judged on them beside the model in charge. The more candidates, the likelier is it that one of them is lucky.</p>`,
    keyFigures([
      ['rows that only judged', figure(comparisonRows)],
      ['metric', comparison === null ? '–' : words(comparison.metric)],
      ["gain on the source's test part", gainOf(onSource)],
      ['refitted on', refittedRows === null ? '–' : `${figure(refittedRows)} rows`],
    ]),
    candidateTable(retraining),
  );
}

const sentences = (texts: readonly string[]): Html =>
  markup`<ul>${texts.map((text) => markup`<li>${text}</li>`)}</ul>`;

function promiseSection({ level, promise }: Retraining): Html | false {
  if (level === null && promise === null) return false;
  return section(
    'Promises',
    level !== null &&
      markup`<p>Promised now: ${words(level.metric)} ${figure(level.value)} (95 % interval ${figure(level.low)} to ${figure(level.high)}). ${level.because}</p>`,
    promiseParagraph(promise),
  );
}

/** The parts of the page of a decision: why it began, who took part, what was decided and why. */
export function retrainSections(retraining: Retraining): readonly Html[] {
  const { decision, because, triggers, holds, schemaChanges } = retraining;
  return [
    verdict(retrainTone(decision), because),
    ...(triggers.length > 0 ? [section('Why it began', sentences(triggers))] : []),
    candidatesSection(retraining),
    ...(holds.length > 0
      ? [section('Why it waits for a person', sentences(holds.map((hold) => hold.because)))]
      : []),
    ...[promiseSection(retraining)].filter((part) => part !== false),
    ...(schemaChanges.length > 0 ? [section('What the recent rows added', sentences(schemaChanges))] : []),
  ];
}

/** The whole decision of a retraining on one page. */
export function retrainPage({ pipeline, at, retraining }: RetrainPage): PlacedPage {
  const told = {
    title: `${pipeline}: ${retraining.decision.replaceAll('-', ' ')}`,
    about: markup`aieng retrain, ${utcMinute(at)}`.text,
    body: retrainSections(retraining),
  };
  return (links) => page({ ...told, links });
}
