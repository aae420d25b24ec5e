import type { Outcome } from '../../lifecycle/outcome.ts';
import type { Annotation } from './github.ts';

/** What every verb's outcome has to tell a pull request: failed gates and alarms are errors, warnings warn. */
export function outcomeAnnotations(outcome: Outcome): readonly Annotation[] {
  const name = outcome.pipeline === undefined ? 'aieng' : `aieng ${outcome.pipeline}`;
  return [
    ...(outcome.gates ?? [])
      .filter(({ state }) => state === 'failed')
      .map((gate): Annotation => ({
        level: 'error',
        title: `${name}: gate ${gate.name} failed`,
        message: gate.because,
      })),
    ...(outcome.alarms ?? []).map((alarm): Annotation => ({
      level: 'error',
      title: `${name}: ${alarm.kind} alarm`,
      message: alarm.message,
    })),
    ...outcome.warnings.map((message): Annotation => ({ level: 'warning', title: name, message })),
  ];
}
