import type { DoctorResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, Sign, View } from '../view/blocks.ts';
import { headline, list, paragraph } from '../view/blocks.ts';
import { counted } from '../view/format.ts';

type Check = DoctorResult['checks'][number];
type Upgraded = NonNullable<DoctorResult['upgraded']>;
const signs: Readonly<Record<Check['state'], Sign>> = { ok: 'good', warning: 'warn', failed: 'bad' };

/** What an upgrade did, in one sentence. */
function saidOf({ from, to, records, refs, versions, wishes, damaged }: Upgraded): string {
  if (from === null) return 'There is no store yet: nothing to upgrade.';
  const done = [
    `${counted(records, 'record')}, ${counted(refs, 'move')} of refs and ${counted(versions, 'version')} written anew`,
    `the desired state of ${counted(wishes, 'deployment')} written down`,
  ].join(', ');
  const now =
    damaged === 0
      ? `The store has layout ${to}`
      : `${counted(damaged, 'document')} left as found, damaged: put right what is named below, then run it again`;
  return `${from === to && damaged === 0 && records + refs + versions + wishes === 0 ? 'Nothing to bring over' : `Upgraded: ${done}`}. ${now}.`;
}

/** What a repair gave back, one by one. */
const repairs = (repaired: NonNullable<DoctorResult['repaired']>): Block =>
  repaired.length === 0
    ? paragraph('Nothing was given back: see the checks for what is not well.')
    : list(
        repaired.map(({ what, from }) => ({ sign: 'good', text: `${what}: from ${from}` })),
        'given back',
      );

/** `doctor`: each check, and what to do about those that are not well. */
export const doctorView: View<Outcome<DoctorResult>> = {
  blocks: ({ result: { checks, upgraded, repaired } }) => {
    const failed = checks.filter(({ state }) => state === 'failed').length;
    const warned = checks.filter(({ state }) => state === 'warning').length;
    const said =
      failed > 0
        ? `${counted(failed, 'check')} failed`
        : warned > 0
          ? `able, with ${counted(warned, 'warning')}`
          : 'this machine is able';
    return [
      ...(upgraded === null ? [] : [paragraph(saidOf(upgraded))]),
      ...(repaired === null ? [] : [repairs(repaired)]),
      headline(failed > 0 ? 'bad' : warned > 0 ? 'warn' : 'good', said),
      list(
        checks.map(({ name, state, message, hint }) => ({
          sign: signs[state],
          text: `${name}: ${message}`,
          ...(hint === null ? {} : { note: hint }),
        })),
      ),
    ];
  },
  essential: ({ result: { checks } }) =>
    checks.filter(({ state }) => state !== 'ok').map(({ name, message }) => `${name}: ${message}`),
  annotations: ({ result: { checks } }) =>
    checks.flatMap(({ name, state, message, hint }) =>
      state === 'ok'
        ? []
        : [
            {
              level: state === 'failed' ? 'error' : 'warning',
              rule: 'doctor',
              about: name,
              title: `aieng doctor: ${name}`,
              message: hint === null ? message : `${message} ${hint}`,
            },
          ],
    ),
};
