import { beforeAll, describe, expect, it } from 'vitest';
import type { TestProject } from '../../cascade/testing.fixture.ts';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { resolveBundle } from '../../project/bundles.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import { openPredictor } from '../../project/predictors.ts';
import { run } from '../run/run.ts';
import { judgedFile } from './currentFile.ts';

/** A visit a day: what was spent the day before decides. */
const visits = Array.from({ length: 120 }, (_, day) => ({
  id: `v${day}`,
  at: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
  spend: (day * 37) % 100,
  again: (((day + 119) * 37) % 100) + (day % 7) > 50 ? 'Yes' : 'No',
}));
const csvOf = (rows: typeof visits): string =>
  ['id,at,spend,again', ...rows.map((row) => Object.values(row).join(','))].join('\n').concat('\n');

let project: TestProject;
let opened: OpenedPredictor;
beforeAll(async () => {
  project = await openTestProject({
    'pipelines/again.yaml': `source: data/visits.csv
label: { column: again, positive: 'Yes' }
row_id: id
time: at
split: { strategy: hash }
features: { drop: [at], history: { lag: [{ column: spend }] } }
model: { family: linear, backend: wasm }
evaluation: { bootstrap: 100, gates: [] }
`,
    'data/visits.csv': csvOf(visits),
    'old.csv': csvOf(visits.slice(0, 100)),
    'new.csv': csvOf(visits.slice(100)),
  });
  await run(project.context, { to: 'package', waitMs: 0 });
  opened = await openPredictor(project.context, await resolveBundle(project.context, 'again'));
}, 60_000);

const lags = async (history?: string): Promise<readonly number[]> => {
  const current = { path: 'new.csv', dialect: {}, ...(history === undefined ? {} : { history }) };
  const query = { doors: [], read: (label: string | number) => String(label) };
  const { rows } = await judgedFile(project.context, current, opened, query as never);
  const column = rows.table.columns.get('spend_lag_1');
  return column?.kind === 'number' ? [...column.values] : [];
};

describe('a file that is judged', () => {
  it('is given what its rows know of each other, and of those of --earlier', async () => {
    const spent = visits.slice(99, 119).map(({ spend }) => spend);
    expect(await lags('old.csv')).toEqual(spent);
    expect(await lags()).toEqual([Number.NaN, ...spent.slice(1)]);
  });
});
