import { csvLine } from '../../data/sinks/formats.ts';
import { utcMinute } from '../../utc.ts';
import type { RunLine } from './line.ts';

/** Runs as a table for spreadsheets (RFC 4180). */
export function csvOf(runs: readonly RunLine[]): string {
  const heads = [
    'id',
    'pipeline',
    'command',
    'started_at',
    'seconds',
    'outcome',
    'family',
    'metric',
    'test',
    'low',
    'high',
    'passed',
    'bundle',
    'commit',
    'set',
    'tags',
    'note',
  ];
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined || !Number.isFinite(value) ? '' : String(value);
  const rows = runs.map(({ model, bundle, git, ...run }) => [
    run.id,
    run.pipeline,
    run.command,
    utcMinute(run.startedAt),
    (run.durationMs / 1000).toFixed(1),
    run.outcome,
    model?.family ?? '',
    model?.metric ?? '',
    text(model?.test?.value),
    text(model?.test?.low),
    text(model?.test?.high),
    model === null ? '' : String(model.passed),
    bundle === null ? '' : `${bundle.name}@${bundle.version}`,
    git?.commit ?? '',
    run.set.join(' '),
    run.tags.join(' '),
    run.note ?? '',
  ]);
  return [heads, ...rows].map(csvLine).join('');
}
