import type { DoctorResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Sign, View } from '../view/blocks.ts';
import { headline, list } from '../view/blocks.ts';
import { counted } from '../view/format.ts';

type Check = DoctorResult['checks'][number];
const signs: Readonly<Record<Check['state'], Sign>> = { ok: 'good', warning: 'warn', failed: 'bad' };

/** `doctor`: each check, and what to do about those that are not well. */
export const doctorView: View<Outcome<DoctorResult>> = {
  blocks: ({ result: { checks } }) => {
    const failed = checks.filter(({ state }) => state === 'failed').length;
    const warned = checks.filter(({ state }) => state === 'warning').length;
    const said =
      failed > 0
        ? `${counted(failed, 'check')} failed`
        : warned > 0
          ? `able, with ${counted(warned, 'warning')}`
          : 'this machine is able';
    return [
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
