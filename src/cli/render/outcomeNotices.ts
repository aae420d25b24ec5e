import type { Outcome } from '../../project/outcome.ts';
import type { Finding } from '../../validation/finding.ts';
import type { Failure } from '../failure.ts';
import type { Annotation } from '../../verbs/view/annotation.ts';
import { rejectionAnnotations } from '../../verbs/view/annotation.ts';

/** An outcome without the verb's own result: what a command that was stopped has too. */
type Made = Omit<Outcome, 'result'>;

/** A sentence without its figures: the same in the next run, where only a count changed. */
const withoutFigures = (text: string): string => text.replaceAll(/\d[\d.,]*/g, '#');

const findingAnnotations = (findings: readonly Finding[]): readonly Annotation[] =>
  findings.flatMap(({ severity, check, column, message, fix, at }) =>
    severity === 'info'
      ? []
      : [
          {
            level: severity,
            rule: check,
            about: column ?? '',
            title: column === undefined ? check : `${check}: ${column}`,
            message: `${message} ${fix}`,
            ...(at === undefined ? {} : { at }),
          },
        ],
  );

function gateAnnotations(outcome: Made, name: string): readonly Annotation[] {
  return (outcome.gates ?? [])
    .filter(({ state }) => state === 'failed')
    .map((gate) => ({
      level: 'error',
      rule: 'gate',
      about: gate.name,
      title: `${name}: gate ${gate.name} failed`,
      message: gate.because,
    }));
}

/**
 * What an outcome has to tell: failed gates, alarms and errors of the data are errors; rejected records and warnings
 * warn. `own` is what the verb's view adds. A warning that another annotation says already is left out.
 */
export function outcomeAnnotations(outcome: Made, own: readonly Annotation[] = []): readonly Annotation[] {
  const name = outcome.pipeline === undefined ? 'aieng' : `aieng ${outcome.pipeline}`;
  const particular: readonly Annotation[] = [
    ...gateAnnotations(outcome, name),
    ...(outcome.alarms ?? []).map((alarm): Annotation => ({
      level: 'error',
      rule: `alarm-${alarm.kind}`,
      about: alarm.columns.join(', '),
      title: `${name}: ${alarm.kind} alarm`,
      message: alarm.message,
    })),
    ...findingAnnotations(outcome.findings ?? []),
    ...rejectionAnnotations(outcome.rejections ?? []),
    ...own,
  ];
  return [
    ...particular,
    ...outcome.warnings
      .filter((warning) => !particular.some(({ message }) => message.startsWith(warning)))
      .map((message): Annotation => ({
        level: 'warning',
        rule: 'warning',
        about: withoutFigures(message),
        title: name,
        message,
      })),
  ];
}

/** What a command that failed has to tell: its error first, then what it had found until then. */
export function failureAnnotations(failure: Failure, command: string): readonly Annotation[] {
  const { code, message, hint, at, made } = failure;
  const error: Annotation = {
    level: 'error',
    rule: code,
    about: command,
    title: `aieng ${command}: ${code}`,
    message: `${message} ${hint}`,
    at,
  };
  return [error, ...(made === null ? [] : outcomeAnnotations(made))];
}
