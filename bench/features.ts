import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parse } from 'csv-parse/sync';
import { takeRows } from '../src/data/columns.ts';
import type { Column, Table } from '../src/data/columns.ts';
import { apply, fit } from '../src/features/index.ts';
import type { FeatureSpec, FeaturesSpec } from '../src/features/index.ts';
import { createRandom } from '../src/random.ts';

/** The churn fixture as a table. */
function churn(): Table {
  const text = readFileSync(new URL('../fixtures/telco-churn.csv', import.meta.url), 'utf8');
  const [header, ...records]: string[][] = parse(text);
  const columns = header!.map((name, at): [string, Column] => {
    const cells = records.map((record) => record[at]!);
    if (cells.every((cell) => Number.isFinite(Number(cell))))
      return [
        name,
        { kind: 'number', values: Float64Array.from(cells, (cell) => (cell === '' ? NaN : Number(cell))) },
      ];
    const dictionary = [...new Set(cells)];
    return [
      name,
      { kind: 'category', codes: Int32Array.from(cells, (cell) => dictionary.indexOf(cell)), dictionary },
    ];
  });
  return { rows: records.length, columns: new Map(columns) };
}

/** A request's table: each dictionary holds the row's own word only. */
function oneRow(table: Table, row: number): Table {
  const { columns } = takeRows(table, [row]);
  const own = [...columns].map(([name, column]): [string, Column] =>
    column.kind === 'category'
      ? [
          name,
          { kind: 'category', codes: Int32Array.of(0), dictionary: [column.dictionary[column.codes[0]!]!] },
        ]
      : [name, column],
  );
  return { rows: 1, columns: new Map(own) };
}

/** Seconds of the fastest of several calls: the one that other work on the machine disturbed least. */
function fastest(times: number, run: () => void): number {
  const seconds = Array.from({ length: times }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  });
  return Math.min(...seconds);
}

/** Each column one plain output: numbers standardised, categories one-hot. */
function plainSpec(table: Table): FeaturesSpec {
  const features = [...table.columns].map(([column, { kind }]): FeatureSpec => ({
    column,
    steps: [
      {
        transform: kind === 'number' ? 'standard' : 'one_hot',
        params: kind === 'number' ? {} : { signed_binary: true },
      },
    ],
  }));
  return { auto: false, drop: [], features: features.filter(({ column }) => column !== 'churn') };
}

const fixture = churn();
const random = createRandom('bench');
const large = takeRows(
  fixture,
  Int32Array.from({ length: 100_000 }, () => random.integer(fixture.rows)),
);
const requests = Array.from({ length: 200 }, (_, row) => oneRow(fixture, row));

for (const [title, spec] of [
  ['auto', { auto: true, drop: [], features: [] }],
  ['standard + one-hot', plainSpec(fixture)],
] as const) {
  const fitSeconds = fastest(9, () => void fit(spec, large, ['churn']));
  const fitted = fit(spec, fixture, ['churn']);
  const width = apply(fitted, requests[0]!).names.length;
  const batch = fastest(25, () => void apply(fitted, large));
  const single = fastest(100, () => requests.forEach((request) => apply(fitted, request))) / requests.length;
  console.log(
    `${title}: ${fixture.columns.size - 1} columns → ${width} outputs · fit ${(fitSeconds * 1000).toFixed(0)} ms for 100k rows · ` +
      `apply ${(large.rows / batch / 1e6).toFixed(2)}M rows/s (${((large.rows * width) / batch / 1e6).toFixed(0)}M outputs/s) · ` +
      `n = 1: ${(single * 1e6).toFixed(2)} µs`,
  );
}
