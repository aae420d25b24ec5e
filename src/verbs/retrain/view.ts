import type { RetrainDecision, RetrainResult } from './result.ts';
import type { Comparison } from '../../evaluation/evaluation.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, Sign, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, right, table, toned } from '../view/blocks.ts';
import { promiseWords } from '../view/promise.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { counted, figure, versioned } from '../view/format.ts';
import { labelProblems, labelWords } from '../view/labels.ts';
import { gateList } from '../view/evidence.ts';

const signs: Readonly<Record<RetrainDecision, Sign>> = {
  'no-trigger': 'none',
  cooldown: 'none',
  'budget-spent': 'none',
  'not-enough-data': 'warn',
  'made-elsewhere': 'warn',
  busy: 'none',
  'challenger-not-better': 'warn',
  accepted: 'warn',
  'waits-for-approval': 'warn',
  'champion-moved': 'warn',
  'gate-failed': 'bad',
  promoted: 'good',
  'promoted-and-deployed': 'good',
};

function comparisonWords(comparison: Comparison | null): string | null {
  if (comparison === null) return null;
  const { metric, rows, champion, challenger, improvement } = comparison;
  return (
    `${metricName(metric)} ${figure(challenger)} against the champion's ${figure(champion)}: ` +
    `better by ${figure(improvement.value)} (95 % interval ${figure(improvement.low)} to ${figure(improvement.high)}${improvement.p === undefined ? '' : `, p ${figure(improvement.p)}`}, ${counted(rows, 'row')})`
  );
}

/** All that wanted the champion's place. */
const candidateTable = ({ candidates, chosen }: RetrainResult): Block =>
  table(
    ['candidate', right('rows'), right('loses'), right('gain'), 'what of it'],
    candidates.map(({ name, trainingRows, leftOut, comparison, passed }) => [
      name,
      trainingRows === null ? '–' : String(trainingRows),
      comparison === null ? '–' : figure(comparison.challenger),
      comparison === null ? '–' : figure(comparison.improvement.value),
      leftOut ?? (passed === false ? 'failed its gates' : name === chosen ? 'the best' : ''),
    ]),
    'candidates',
  );

/** `retrain`: the decision and its evidence. */
export const retrainView: View<Outcome<RetrainResult>> = {
  blocks: ({ pipeline, result, reports }) => {
    const { decision, because, triggers, trainingRows, champion, challenger, deployed, verdict } = result;
    const name = pipeline ?? 'model';
    return [
      headline(signs[decision], decision.replaceAll('-', ' '), because),
      list(
        triggers.map((text) => ({ sign: 'warn', text })),
        'triggers',
      ),
      facts([
        ['champion', champion === null ? null : versioned(name, champion.version)],
        ['challenger', challenger === null ? null : versioned(name, challenger.version)],
        ['trained on', trainingRows === null ? null : counted(trainingRows, 'row')],
        ['on recent rows', comparisonWords(result.comparison)],
        ["on the source's", comparisonWords(result.onSource)],
        ['refitted on', result.refittedRows === null ? null : counted(result.refittedRows, 'row')],
        ['judged by', result.level?.because ?? null],
        ['promise', promiseWords(result.promise)],
        ['serves at', deployed?.url ? toned('good', deployed.url) : null],
        ['labels', result.labels === null ? null : labelWords(result.labels)],
        ['report', reports?.join(', ') ?? null],
      ]),
      candidateTable(result),
      list(
        result.holds.map(({ because: text }) => ({ sign: 'warn', text })),
        'it waits because',
      ),
      ...(result.labels === null ? [] : [labelProblems(result.labels)]),
      list(
        result.schemaChanges.map((text) => ({ sign: 'none', text })),
        'changes of the schema',
      ),
      ...(verdict === null ? [] : [gateList(verdict.gates)]),
      decision === 'promoted' && challenger !== null
        ? next(command('deploy', versioned(name, challenger.version)))
        : decision === 'waits-for-approval'
          ? next(
              command('approve', name, '--why', '"…"'),
              command('approve', name, '--reject', '--why', '"…"'),
            )
          : next(),
    ];
  },
  essential: ({ result }) => [result.decision],
};
