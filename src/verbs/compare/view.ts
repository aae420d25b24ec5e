import type { CompareResult } from './result.ts';
import type { Change, MetricChange, RunComparison, RunSide } from '../../evaluation/runChanges.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, ListItem, Sign, View, Words } from '../view/blocks.ts';
import { facts, headline, list, paragraph, right, table, toned } from '../view/blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { counted, figure, shortDigest } from '../view/format.ts';
import type { Tone } from '../view/blocks.ts';

const tones: Readonly<Record<Change, Tone>> = {
  better: 'good',
  worse: 'bad',
  same: 'dim',
  new: 'plain',
  gone: 'warn',
  unknown: 'plain',
};

const signed = (value: number | null): string =>
  value === null || value === 0 ? figure(value) : `${value > 0 ? '+' : '−'}${figure(Math.abs(value))}`;

/** The part that counts: the test part where there is one. */
const shownMetrics = ({ metrics }: RunComparison): readonly MetricChange[] =>
  metrics.filter(({ part }) => part === metrics[0]?.part);

function metricTable(comparison: RunComparison): Block {
  const shown = shownMetrics(comparison);
  const ordered = [
    ...shown.filter(({ name }) => name === comparison.metric),
    ...shown.filter(({ name }) => name !== comparison.metric),
  ];
  return table(
    ['metric', right('base'), right('head'), right('change'), ''],
    ordered.map(({ name, base, head, change, verdict }): readonly Words[] => [
      name === comparison.metric ? toned('strong', metricName(name)) : metricName(name),
      figure(base),
      figure(head),
      signed(change),
      toned(tones[verdict], verdict),
    ]),
    shown[0] === undefined ? undefined : `on the ${shown[0].part} part`,
  );
}

const bundleWords = ({ bundle, base, head }: RunComparison): string => {
  const name = ({ bundle: digest }: RunSide): string => (digest === null ? 'none' : shortDigest(digest));
  if (bundle === 'unchanged') return `unchanged (${name(head)}): the same bytes`;
  return base === null ? name(head) : `${bundle} (${name(base)} → ${name(head)})`;
};

const sideWords = (side: RunSide | null): Words => {
  if (side === null) return 'there is none';
  return side.ok
    ? `aieng ${side.command} done`
    : toned('bad', `aieng ${side.command}: exit code ${side.exitCode}`);
};

const setWords = ({ set }: RunSide): string | null => (set.length === 0 ? null : set.join(', '));

function gateItems({ base, gates }: RunComparison): readonly ListItem[] {
  const signs: Readonly<Record<string, Sign>> = { passed: 'good', failed: 'bad' };
  return gates.map(({ name, base: before, head: after, because }) => ({
    sign: signs[after ?? ''] ?? 'none',
    text:
      base === null || before === after
        ? `${name}: ${after ?? 'gone'}`
        : `${name}: ${before ?? 'not there'} → ${after ?? 'gone'}`,
    note: because,
  }));
}

function leading(comparison: RunComparison): MetricChange | undefined {
  return shownMetrics(comparison).find(({ name }) => name === comparison.metric);
}

function title(comparison: RunComparison): string {
  const metric = leading(comparison);
  if (!comparison.head.ok)
    return `aieng ${comparison.head.command} ends with exit code ${comparison.head.exitCode}`;
  if (metric === undefined) return 'there are no metrics to compare';
  if (comparison.base === null)
    return `${metricName(metric.name)} ${figure(metric.head)}, and no base to compare with`;
  return metric.verdict === 'same'
    ? `${metricName(metric.name)} is the same: ${figure(metric.head)}`
    : `${metricName(metric.name)} ${figure(metric.base)} → ${figure(metric.head)}: ${metric.verdict}`;
}

function signOf(comparison: RunComparison): Sign {
  if (!comparison.head.ok) return 'bad';
  return leading(comparison)?.verdict === 'worse' || comparison.alarms.appeared.length > 0 ? 'warn' : 'good';
}

const mostSentences = 20;

function sentenceList(what: string, sign: Sign, sentences: readonly string[]): Block {
  const left = sentences.length - mostSentences;
  const items = sentences.slice(0, mostSentences).map((text): ListItem => ({ sign, text }));
  return list(left > 0 ? [...items, { sign: 'none', text: `… and ${left} more` }] : items, what);
}

/** A comparison, as the terminal, the step summary and the comment of a pull request tell it. */
export function comparisonBlocks(comparison: RunComparison): readonly Block[] {
  const { head, base, alarms, warnings, pipeline } = comparison;
  const stayed = warnings.stayed.length;
  return [
    headline(signOf(comparison), title(comparison), pipeline ?? undefined),
    ...(head.error === null
      ? []
      : [list([{ sign: 'bad', text: head.error.message, note: head.error.hint }])]),
    facts([
      ['base', sideWords(base)],
      ['head', sideWords(head)],
      ['set for the base', base === null ? null : setWords(base)],
      ['set for the head', setWords(head)],
      ['bundle', bundleWords(comparison)],
    ]),
    metricTable(comparison),
    list(gateItems(comparison), 'gates'),
    sentenceList('new alarms', 'bad', alarms.appeared),
    sentenceList('alarms as before', 'bad', alarms.stayed),
    sentenceList('alarms that are gone', 'good', alarms.gone),
    sentenceList('new warnings', 'warn', warnings.appeared),
    sentenceList('warnings that are gone', 'good', warnings.gone),
    ...(stayed === 0 ? [] : [paragraph(`${counted(stayed, 'warning')} as before.`, 'dim')]),
    ...(comparison.metrics.length === 0 || base === null
      ? []
      : [
          paragraph(
            'Differences of single runs: whether a model is better beyond noise is what its gates judge.',
            'dim',
          ),
        ]),
  ];
}

const commentWords = ({ comment }: CompareResult): string | null =>
  comment === null ? null : comment.url === null ? comment.state : `${comment.state}: ${comment.url}`;

/** `compare`: what a change does to the model. */
export const compareView: View<Outcome<CompareResult>> = {
  blocks: ({ result }) => [
    ...comparisonBlocks(result),
    facts([
      ['written to', result.markdown],
      ['comment', commentWords(result)],
    ]),
  ],
  essential: ({ result }) => [title(result)],
};
