import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { junitCases, parseXml } from '../../../test/cli/xml.ts';
import { usageError } from '../../errors.ts';
import { describeFailure } from '../failure.ts';
import { eventful } from './ciReport.fixture.ts';
import { failureReport, outcomeReport, scrubReport } from './ciReport.ts';
import { junitXml } from './junit.ts';

const facts = { version: '1.2.3', command: 'train', durationMs: 20_001 };
const summary = (document: string): Record<string, string> =>
  Object.fromEntries(
    junitCases(document).map(({ attributes, children }) => [
      `${attributes['classname'] ?? ''} / ${attributes['name'] ?? ''}`,
      children.map(({ name }) => name).join(' '),
    ]),
  );

describe('a JUnit report', () => {
  it('has a case for the command, each stage, gate, alarm, finding, rejection and warning', () => {
    expect(summary(junitXml(outcomeReport(eventful, [], facts)))).toEqual({
      'aieng.churn.command / aieng train': 'system-out',
      'aieng.churn.stage / ingest': 'system-out',
      'aieng.churn.stage / train': 'system-out',
      'aieng.churn.gate / absolute:log_loss': 'system-out',
      'aieng.churn.gate / champion': 'skipped',
      'aieng.churn.gate / baseline:log_loss': 'failure',
      'aieng.churn.alarm-drift / internet_service': 'failure',
      'aieng.churn.unexpected-value / contract': 'failure',
      'aieng.churn.low-presence / tenure': 'system-out',
      'aieng.churn.record-rejected / tenure: expected a number, got "a"': 'system-out',
      'aieng.churn.record-rejected / tenure: expected a number, got "a" (2)': 'system-out',
      'aieng.churn.record-rejected / it is broken': 'system-out',
      // The other warning is the finding's sentence: told once.
      'aieng.churn.warning / # records were quarantined.': 'system-out',
    });
  });

  it('gives times in seconds, places with their line, and quotes what XML wants quoted', () => {
    const cases = junitCases(junitXml(outcomeReport(eventful, [], facts)));
    expect(cases[0]?.attributes['time']).toBe('20.001');
    expect(cases[2]?.attributes['time']).toBe('12.345');
    expect(cases[5]?.children[0]?.attributes['message']).toBe('.41 > .40 & "so"');
    expect(cases[9]?.children[0]?.text).toContain('at data/my rows.csv:17');
  });

  it('a command that failed is an error with its code, hint and place, beside what it had done', () => {
    const error = usageError({
      code: 'pipeline-invalid',
      message: 'modle is not known.',
      hint: 'Did you mean model?',
      at: { file: 'pipelines/churn.yaml', line: 3, column: 1 },
    });
    const failure = describeFailure(error, { interrupted: false, verbose: false, root: '/' });
    const [command, ...others] = junitCases(
      junitXml(failureReport(failure, { ...facts, pipeline: 'churn' })),
    );
    expect(others).toEqual([]);
    expect(command?.children).toEqual([
      {
        name: 'error',
        attributes: { message: 'modle is not known.', type: 'pipeline-invalid' },
        children: [],
        text: 'modle is not known.\nDid you mean model?\nat pipelines/churn.yaml:3:1',
      },
    ]);
    const { result: _, ...made } = eventful;
    const stopped = junitCases(junitXml(failureReport({ ...failure, made }, { ...facts, pipeline: null })));
    expect(stopped).toHaveLength(13);
    expect(stopped[1]?.attributes).toMatchObject({ classname: 'aieng.churn.stage', name: 'ingest' });
  });

  it('an exit code that nothing explains is a failure of the command', () => {
    const bare = { exitCode: 3, warnings: [], result: null } as const;
    expect(summary(junitXml(outcomeReport(bare, [], facts)))).toEqual({
      'aieng.command / aieng train': 'failure',
    });
    const well = { exitCode: 0, warnings: [], result: null } as const;
    expect(summary(junitXml(outcomeReport(well, [], facts)))).toEqual({
      'aieng.command / aieng train': 'system-out',
    });
  });

  it('is well-formed whatever a cell, a column or a message holds', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 40 });
    const halves = fc.constantFrom(
      '\ud800',
      '\udfff',
      '\u0000',
      '\uffff',
      ']]>',
      '&#0;',
      '<![CDATA[',
      '"\'\r\n\t',
    );
    fc.assert(
      fc.property(anything, halves, anything, (before, odd, after) => {
        const text = before + odd + after;
        const outcome = {
          ...eventful,
          stages: [{ name: text, state: 'ran' as const, reason: text, durationMs: 1 }],
          warnings: [text],
          rejections: [{ file: text, line: 1, column: text, reason: text, raw: text }],
        };
        expect(() => junitCases(junitXml(outcomeReport(outcome, [], facts)))).not.toThrow();
      }),
    );
  });

  it('is scrubbed before it is escaped', () => {
    const outcome = { ...eventful, warnings: ['the token is a&b<c'], rejections: [] };
    const report = scrubReport(outcomeReport(outcome, [], facts), (text) => text.replaceAll('a&b<c', '***'));
    expect(junitXml(report)).toContain('the token is ***');
    expect(junitXml(report)).not.toContain('a&amp;b');
  });
});

describe('the check of well-formedness', () => {
  it.each([
    '<a></b>',
    '<a>',
    '<a/><b/>',
    '<a b="1" b="2"/>',
    '<a>&nbsp;</a>',
    '<a>& </a>',
    '<a b="<"/>',
    '<a>\u0007</a>',
    '<a b=1/>',
    '</a>',
  ])('refuses %j', (body) => {
    expect(() => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)).toThrow();
  });
});
