import type { Location } from '../../errors.ts';
import { exitMeanings } from '../exitMeanings.ts';
import type { Annotation } from '../../verbs/view/annotation.ts';
import type { CiReport } from './ciReport.ts';

/** How one test case ended. */
type Ending =
  | { readonly kind: 'passed'; readonly said?: string }
  | { readonly kind: 'skipped'; readonly message: string }
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly text: string;
    };

interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly ending: Ending;
  readonly durationMs: number;
}

/** What XML 1.0 cannot hold, not even escaped: most control characters, halves of surrogate pairs, two non-characters. */
const notXml = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser makes blanks of line breaks in attributes unless they are written so.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const escape = (text: string): string =>
  text.replaceAll(notXml, '').replaceAll(/[&<>"'\t\n\r]/g, (character) => entities[character] ?? character);

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join('');

const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(3);

const placeText = ({ file, line, column }: Location): string =>
  [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');

const withPlace = (text: string, at: Location | null | undefined): string =>
  at === null || at === undefined ? text : `${text}\nat ${placeText(at)}`;

function annotationCase({ level, rule, about, title, message, at }: Annotation): TestCase {
  const text = withPlace(message, at);
  const ending: Ending =
    level === 'error'
      ? { kind: 'failure', type: rule, message, text: `${title}\n${text}` }
      : { kind: 'passed', said: `warning: ${text}` };
  return { group: rule, name: about === '' ? rule : about, ending, durationMs: 0 };
}

/** The command itself: failed where it says so by its exit code and nothing below says why. */
function commandCase(report: CiReport, told: readonly Annotation[]): TestCase {
  const { command, exitCode, error, durationMs } = report;
  const meaning = exitMeanings[exitCode];
  const explained = told.some(({ level }) => level === 'error');
  const ending: Ending =
    error !== null
      ? {
          kind: 'error',
          type: error.code,
          message: error.message,
          text: withPlace(`${error.message}\n${error.hint}`, error.at),
        }
      : exitCode !== 0 && !explained
        ? { kind: 'failure', type: `exit-${exitCode}`, message: meaning, text: meaning }
        : { kind: 'passed', said: `exit code ${exitCode}: ${meaning}` };
  return { group: 'command', name: `aieng ${command}`, ending, durationMs };
}

function casesOf(report: CiReport): readonly TestCase[] {
  // The error's own annotation is the command's case.
  const told = report.error === null ? report.annotations : report.annotations.slice(1);
  return [
    commandCase(report, told),
    ...report.stages.map(({ name, state, reason, durationMs }): TestCase => ({
      group: 'stage',
      name,
      ending: { kind: 'passed', said: `${state}: ${reason}` },
      durationMs,
    })),
    ...report.gates.flatMap(({ name, state, because }): readonly TestCase[] =>
      state === 'failed'
        ? []
        : [
            {
              group: 'gate',
              name,
              ending:
                state === 'passed'
                  ? { kind: 'passed', said: because }
                  : { kind: 'skipped', message: because },
              durationMs: 0,
            },
          ],
    ),
    ...told.map(annotationCase),
  ];
}

function endingXml(ending: Ending): string {
  switch (ending.kind) {
    case 'passed':
      return ending.said === undefined ? '' : `<system-out>${escape(ending.said)}</system-out>`;
    case 'skipped':
      return `<skipped${attributes({ message: ending.message })}/>`;
    case 'failure':
    case 'error': {
      const { kind, type, message, text } = ending;
      return `<${kind}${attributes({ message, type })}>${escape(text)}</${kind}>`;
    }
  }
}

/** Cases by the names that a CI server tells them apart by: a second one of a name is numbered. */
function caseLines(cases: readonly TestCase[], base: string): readonly string[] {
  const seen = new Map<string, number>();
  return cases.map(({ group, name, ending, durationMs }) => {
    const key = `${group}\n${name}`;
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    const named = {
      classname: `${base}.${group}`,
      name: times === 1 ? name : `${name} (${times})`,
      time: seconds(durationMs),
    };
    return `    <testcase${attributes(named)}>${endingXml(ending)}</testcase>`;
  });
}

/**
 * A command as a JUnit report, one suite: a case for the command, each stage, each gate, each finding, alarm and
 * warning. Failed gates, alarms and errors of the data are failures, a command that failed is an error, warnings pass
 * and say so. Texts are in the clear: scrub the report before.
 */
export function junitXml(report: CiReport): string {
  const { command, pipeline, version, durationMs } = report;
  const cases = casesOf(report);
  const ended = (kind: Ending['kind']): number => cases.filter(({ ending }) => ending.kind === kind).length;
  const totals = {
    tests: cases.length,
    failures: ended('failure'),
    errors: ended('error'),
    skipped: ended('skipped'),
    time: seconds(durationMs),
  };
  const { skipped: _, ...allTotals } = totals;
  const name = pipeline === null ? `aieng ${command}` : `aieng ${command} ${pipeline}`;
  const properties = { 'aieng.version': version, 'aieng.exitCode': report.exitCode };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'aieng', ...allTotals })}>`,
    `  <testsuite${attributes({ name, ...totals })}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([property, value]) => `      <property${attributes({ name: property, value })}/>`,
    ),
    '    </properties>',
    ...caseLines(cases, pipeline === null ? 'aieng' : `aieng.${pipeline}`),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
