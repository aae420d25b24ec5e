import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sarifSchema } from '../../../test/cli/sarifSchema.ts';
import { usageError } from '../../errors.ts';
import type { Outcome } from '../../project/outcome.ts';
import { describeFailure } from '../failure.ts';
import { eventful } from './ciReport.fixture.ts';
import { failureReport, outcomeReport } from './ciReport.ts';
import { sarifJson } from './sarif.ts';

const facts = { version: '1.2.3', command: 'train', durationMs: 20_001 };
const places = { root: '/repo/models', repository: '/repo', fallback: 'pipelines/churn.yaml' };
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(sarifSchema);

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: Readonly<Record<string, unknown>> }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

function runOf(text: string): { results: Result[]; tool: { driver: { rules: { id: string }[] } } } {
  const parsed = JSON.parse(text);
  validate(parsed);
  expect(validate.errors ?? []).toEqual([]);
  return parsed.runs[0];
}

const resultsOf = (outcome: Outcome): Result[] =>
  runOf(sarifJson(outcomeReport(outcome, [], facts), places)).results;
const fingerprints = (outcome: Outcome): (string | undefined)[] =>
  resultsOf(outcome).map(({ partialFingerprints }) => partialFingerprints['aieng/v1']);

describe('a SARIF report', () => {
  it('follows the schema; each result has its rule and its level', () => {
    const { results, tool } = runOf(sarifJson(outcomeReport(eventful, [], facts), places));
    expect(results.map(({ ruleId, level }) => `${level} ${ruleId}`)).toEqual([
      'error gate',
      'error alarm-drift',
      'error unexpected-value',
      'warning low-presence',
      'warning record-rejected',
      'warning record-rejected',
      'warning record-rejected',
      'warning warning',
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('puts a rejected record at its line, relative to the repository; what has no place at the pipeline', () => {
    const results = resultsOf(eventful);
    expect(results[4]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'models/data/my%20rows.csv', uriBaseId: '%SRCROOT%' },
      region: { startLine: 17 },
    });
    // A Parquet file has no lines.
    expect(results[6]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'models/data/rows.parquet', uriBaseId: '%SRCROOT%' },
    });
    expect(results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'models/pipelines/churn.yaml', uriBaseId: '%SRCROOT%' },
    });
  });

  it('a file outside the repository is absolute', () => {
    const outcome: Outcome = {
      exitCode: 0,
      warnings: [],
      rejections: [{ file: '/elsewhere/a b.csv', line: 2, reason: 'odd', raw: '' }],
      result: null,
    };
    expect(resultsOf(outcome)[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'file:///elsewhere/a%20b.csv' },
      region: { startLine: 2 },
    });
  });

  it('tells every result from the others, and the same ones in the next run, though lines and figures moved', () => {
    const first = fingerprints(eventful);
    expect(new Set(first).size).toBe(first.length);
    const later: Outcome = {
      ...eventful,
      gates: eventful.gates!.map((gate) => ({ ...gate, because: 'other figures' })),
      rejections: eventful.rejections!.map((each) => ({
        ...each,
        line: each.line === 0 ? 0 : each.line + 5,
      })),
      findings: eventful.findings!.map((finding) => ({
        ...finding,
        message: `${finding.message} And more.`,
      })),
      warnings: ['tenure is missing in 12 rows.', '41 records were quarantined.'],
    };
    expect(fingerprints(later)).toEqual(first);
    const other: Outcome = { ...eventful, alarms: [{ ...eventful.alarms![0]!, columns: ['tenure'] }] };
    expect(fingerprints(other)[1]).not.toBe(first[1]);
  });

  it('has the error of a command that failed, with line and column', () => {
    const failure = describeFailure(
      usageError({
        code: 'pipeline-invalid',
        message: 'modle is not known.',
        hint: 'Did you mean model?',
        at: { file: 'pipelines/churn.yaml', line: 3, column: 7 },
      }),
      { interrupted: false, verbose: false, root: '/repo/models' },
    );
    const text = sarifJson(failureReport(failure, { ...facts, pipeline: null }), places);
    const [result] = runOf(text).results;
    expect(result).toMatchObject({
      ruleId: 'pipeline-invalid',
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'models/pipelines/churn.yaml' },
            region: { startLine: 3, startColumn: 7 },
          },
        },
      ],
    });
    expect(text).toContain('"exitCode": 2');
  });

  it('follows the schema whatever a file or a message is called', () => {
    const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(anything, fc.constantFrom('\ud800', '%', '..', '/', ' ', ''), (text, odd) => {
        const file = text + odd;
        const outcome: Outcome = {
          exitCode: 0,
          warnings: [file],
          rejections: [{ file, line: 1, reason: file, raw: '' }],
          result: null,
        };
        expect(resultsOf(outcome).length).toBeGreaterThan(0);
      }),
    );
  });

  it('the schema notices what is wrong', () => {
    const good = JSON.parse(sarifJson(outcomeReport(eventful, [], facts), places));
    const broken = [
      { ...good, version: '2.0.0' },
      { ...good, runs: [{ ...good.runs[0], results: [{ ...good.runs[0].results[0], locations: [] }] }] },
      { ...good, runs: [{ ...good.runs[0], results: [{ ...good.runs[0].results[0], level: 'bad' }] }] },
    ];
    for (const each of broken) expect(validate(each)).toBe(false);
  });
});
