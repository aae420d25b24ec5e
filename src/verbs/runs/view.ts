import type { Interval } from '../../evaluation/evaluation.ts';
import type { Outcome } from '../../project/outcome.ts';
import { utcMinute } from '../../utc.ts';
import { gateList, metricsTable } from '../view/evidence.ts';
import type { Block, View, Words } from '../view/blocks.ts';
import { command, facts, headline, list, next, paragraph, right, table, toned } from '../view/blocks.ts';
import { metricName } from '../../statistics/metrics/metricName.ts';
import { count, counted, duration, figure, shortDigest, versioned } from '../view/format.ts';
import type { RunDifference } from '../../cascade/tried/differences.ts';
import type { RunLine } from '../../project/tried/line.ts';
import type { RunsResult } from './result.ts';

/** Ids are told apart by their end: those of one minute begin alike. */
const shortId = (id: string): string => id.slice(-8);

const withInterval = ({ value, low, high }: Interval): string =>
  `${figure(value)} (${figure(low)} to ${figure(high)})`;

/** The command, with how it ended where that is not simply well. */
const commandWords = ({ command: name, outcome }: RunLine): Words =>
  outcome === 'ok' ? name : toned('warn', `${name}: ${outcome}`);

const madeOf = ({ bundle, note, tags, set }: RunLine): string =>
  [
    bundle === null ? '' : versioned(bundle.name, bundle.version),
    ...set,
    ...tags.map((tag) => `#${tag}`),
    note === null ? '' : `"${note}"`,
  ]
    .filter((word) => word !== '')
    .join(', ');

/** Metrics of one table stand in its title; of several in the row. */
function runTable(runs: readonly RunLine[]): Block {
  const several = new Set(runs.flatMap(({ model }) => (model === null ? [] : [model.metric])));
  const pipelines = new Set(runs.map(({ pipeline }) => pipeline));
  const [only = 'metric'] = several;
  const title = several.size <= 1 ? metricName(only) : 'test';
  return table(
    [
      'run',
      'when',
      ...(pipelines.size > 1 ? ['pipeline'] : []),
      'command',
      'family',
      right(title),
      'gates',
      'made, set, said',
    ],
    runs.map((run) => {
      const { id, startedAt, model, pipeline } = run;
      const told = model?.test == null ? '–' : withInterval(model.test);
      return [
        shortId(id),
        utcMinute(startedAt),
        ...(pipelines.size > 1 ? [pipeline] : []),
        commandWords(run),
        model?.family ?? '–',
        several.size > 1 && model !== null ? `${metricName(model.metric)} ${told}` : told,
        model === null ? '–' : model.passed ? toned('good', 'passed') : toned('bad', 'failed'),
        madeOf(run),
      ];
    }),
  );
}

function listBlocks({ pipeline, result: { runs, more } }: Outcome<RunsResult>): readonly Block[] {
  const [first, second] = runs;
  if (first === undefined)
    return [
      headline('none', 'nothing was tried yet', pipeline),
      next(command('run', pipeline), 'aieng runs --all'),
    ];
  return [
    headline('good', `${counted(runs.length, 'run')}${more ? ', and older ones' : ''}`, pipeline),
    runTable(runs),
    next(
      command('runs', 'show', shortId(first.id)),
      ...(second === undefined ? [] : [command('runs', 'compare', shortId(second.id), shortId(first.id))]),
    ),
  ];
}

function lineFacts(run: RunLine): Block {
  const { model, bundle, git } = run;
  return facts([
    ['run', run.id],
    ['when', `${utcMinute(run.startedAt)}, ${duration(run.durationMs)}, on ${run.host}`],
    ['because', run.because],
    ['commit', git === null ? null : `${git.commit.slice(0, 12)}${git.dirty ? ', with changes' : ''}`],
    ['set', run.set.length === 0 ? null : run.set.join(', ')],
    ['family', model?.family ?? null],
    ['test', model?.test == null ? null : `${metricName(model.metric)} ${withInterval(model.test)}`],
    [
      'bundle',
      bundle === null ? null : `${versioned(bundle.name, bundle.version)} (${shortDigest(bundle.digest)})`,
    ],
    ['tags', run.tags.length === 0 ? null : run.tags.join(', ')],
    ['note', run.note],
  ]);
}

function showBlocks({ result: { runs, shown } }: Outcome<RunsResult>): readonly Block[] {
  const [run] = runs;
  if (run === undefined || shown === null) return [];
  const { stages, environment, tried, gates, metrics, baselines, rows, inputs } = shown;
  const { aieng, node, platform } = environment;
  return [
    headline(run.outcome === 'ok' ? 'good' : 'warn', `${run.command}: ${run.outcome}`, run.pipeline),
    lineFacts(run),
    facts([
      [
        'rows',
        rows === null
          ? null
          : `${count(rows.train)} to learn from, ${count(rows.validation)} to choose by, ${count(rows.test)} to judge by`,
      ],
      ['columns', inputs.length === 0 ? null : inputs.join(', ')],
      ['snapshot', shown.snapshot === null ? null : shortDigest(shown.snapshot)],
      ['made by', `aieng ${aieng}, node ${node}, ${platform}`],
      ['computed in', shown.image === null ? null : `image ${shown.image}`],
    ]),
    ...(run.model === null
      ? []
      : [metricsTable(run.model.metric, [{ name: run.model.family, metrics }, ...baselines], 'test')]),
    gateList(gates),
    table(
      ['tried', right('validation'), right('parameters')],
      (tried.length > 1 ? tried : []).map(({ family, validation, parameters }) => [
        family,
        figure(validation),
        count(parameters),
      ]),
    ),
    ...(shown.because === null ? [] : [paragraph(`${run.model?.family ?? ''}: ${shown.because}`, 'dim')]),
    table(
      ['stage', 'state', 'because', right('took')],
      stages.map(({ name, state, reason, durationMs }) => [name, state, reason, duration(durationMs)]),
    ),
    list(
      shown.facts.map((text) => ({ sign: 'none' as const, text })),
      'said of itself',
    ),
    next(),
  ];
}

/** What the pairing says, in words. */
function pairedWords({ paired, unpaired }: RunDifference): Block {
  if (paired === null) return paragraph(`Not compared row by row: ${unpaired ?? ''}.`, 'dim');
  const { metric, rows, improvement } = paired;
  const { value, low, high, better = low > 0 } = improvement;
  const verdict = better ? 'better beyond noise' : high < 0 ? 'worse beyond noise' : 'within noise';
  return paragraph(
    `On the same ${counted(rows, 'test row')}: ${metricName(metric)} ${value < 0 ? 'worse' : 'better'} by ${figure(Math.abs(value))} (${figure(low)} to ${figure(high)}): ${verdict}.`,
    better ? 'good' : high < 0 ? 'bad' : 'plain',
  );
}

function differenceBlocks(first: RunLine, difference: RunDifference): readonly Block[] {
  const { run, changed, figures } = difference;
  const families: readonly (readonly [string, string])[] =
    first.model?.family === run.model?.family
      ? []
      : [['family', `${first.model?.family ?? '–'} → ${run.model?.family ?? '–'}`]];
  return [
    headline('none', `${shortId(first.id)} → ${shortId(run.id)}`, run.pipeline),
    facts([
      ...families,
      ['bundle', figures.bundle === 'unknown' ? null : figures.bundle],
      ['set', run.set.length === 0 ? null : run.set.join(', ')],
    ]),
    list(
      changed.map(({ stage, what }) => ({ sign: 'none' as const, text: `${stage}: ${what.join('; ')}` })),
      'handed in',
    ),
    table(
      ['test', right(shortId(first.id)), right(shortId(run.id)), right('difference'), ''],
      figures.metrics
        .filter(({ verdict }) => verdict !== 'same')
        .map(({ name, base, head, change, verdict }) => [
          metricName(name),
          figure(base),
          figure(head),
          figure(change),
          verdict,
        ]),
    ),
    pairedWords(difference),
  ];
}

function compareBlocks({ result: { runs, differences } }: Outcome<RunsResult>): readonly Block[] {
  const [first] = runs;
  if (first === undefined) return [];
  return [...differences.flatMap((difference) => differenceBlocks(first, difference)), next()];
}

function markBlocks({ result: { action, runs } }: Outcome<RunsResult>): readonly Block[] {
  if (action === 'delete')
    return [
      headline('good', `${counted(runs.length, 'run')} deleted`),
      list(runs.map(({ id, pipeline, command: by }) => ({ sign: 'none', text: `${id}: ${by} ${pipeline}` }))),
      paragraph(
        'Models and bundles of a deleted run stay until `aieng gc` finds that nothing needs them.',
        'dim',
      ),
      next(),
    ];
  const [run] = runs;
  return run === undefined ? [] : [headline('good', 'noted', run.pipeline), lineFacts(run), next()];
}

function exportBlocks({ result: { exported, server } }: Outcome<RunsResult>): readonly Block[] {
  if (exported.length === 0)
    return [headline('none', 'no run fits: nothing was exported'), next('aieng runs --all')];
  const known = exported.filter((each) => each.known).length;
  return [
    headline('good', `${counted(exported.length, 'run')} exported`, server ?? ''),
    facts([
      ['new there', count(exported.length - known)],
      ['known, brought up to date', known === 0 ? null : count(known)],
    ]),
    next(),
  ];
}

function importBlocks({ result: { imported, runs, server } }: Outcome<RunsResult>): readonly Block[] {
  const [first] = runs;
  const known = imported.filter((each) => each.known).length;
  return [
    headline(
      first === undefined ? 'none' : 'good',
      `${counted(imported.length, 'run')} imported`,
      server ?? '',
    ),
    facts([
      ['new here', count(imported.length - known)],
      ['known', known === 0 ? null : count(known)],
    ]),
    next(first === undefined ? 'aieng runs --all' : command('runs', 'show', shortId(first.id))),
  ];
}

function blocksOf(outcome: Outcome<RunsResult>): readonly Block[] {
  switch (outcome.result.action) {
    case 'list':
      return listBlocks(outcome);
    case 'show':
      return showBlocks(outcome);
    case 'compare':
      return compareBlocks(outcome);
    case 'tag':
    case 'note':
    case 'delete':
      return markBlocks(outcome);
    case 'export':
      return exportBlocks(outcome);
    case 'import':
      return importBlocks(outcome);
  }
}

/** `runs`: what was tried. */
export const runsView: View<Outcome<RunsResult>> = {
  blocks: (outcome) => {
    const { files } = outcome.result;
    return [
      ...blocksOf(outcome),
      ...(files.length === 0
        ? []
        : [
            list(
              files.map((file) => ({ sign: 'good' as const, text: file })),
              'written',
            ),
          ]),
    ];
  },
  essential: ({ result: { runs } }) => runs.map(({ id }) => id),
};
