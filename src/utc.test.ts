import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { utcMinute } from './utc.ts';

it('tells an instant to the minute, and an impossible one as a dash', () => {
  expect(utcMinute(Date.UTC(2026, 2, 1, 14, 5, 59))).toBe('2026-03-01 14:05 UTC');
  expect([null, NaN, 8.64e15 + 1, -8.64e15 - 1].map(utcMinute)).toEqual(['–', '–', '–', '–']);
});

/** Cells of data and lines of logs are ISO 8601; a part of a schedule is told in its own zone. */
const others = [
  'src/data/',
  'src/validation/cells.ts',
  // An example of a cell, to the millisecond where it has one.
  'src/validation/inference/times.ts',
  'src/evaluation/slices.ts',
  // Messages of alerts are read by programs.
  'src/alerting/message.ts',
  'src/alerting/sinks/alertmanager.ts',
  // A document for machines, whose standard asks for RFC 3339.
  'src/trust/provenance.ts',
  // A folded row is a row of data.
  'src/project/expireTraffic.ts',
  'src/verbs/scheduled/',
  'src/deployment/targets/supervised/supervisor.ts',
];

it('is how every sentence tells one: ISO times are for data and logs', () => {
  const src = import.meta.dirname;
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|fixture)\.ts$/.test(name) && name !== 'utc.ts')
    .filter((name) => readFileSync(join(src, name), 'utf8').includes('.toISOString()'))
    .map((name) => `src/${name}`);
  expect(files.filter((file) => !others.some((known) => file.startsWith(known)))).toEqual([]);
});
