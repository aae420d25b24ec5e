import type { DeployResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, paragraph, verbatim } from '../view/blocks.ts';
import { duration, percent, versioned } from '../view/format.ts';

/** The plan, and what came of it: also told by `run --to deploy`. */
export function deployBlocks(result: DeployResult): readonly Block[] {
  const { name, version, plan, applied, previousVersion, rendered, beside } = result;
  const bundle = versioned(name, version);
  const steps = list(
    plan.steps.map((text) => ({ sign: applied === null ? 'none' : 'good', text })),
    applied === null ? 'would' : 'done',
  );
  if (rendered.length > 0) {
    return [
      headline('good', `files for ${bundle}`, 'nothing was deployed'),
      list(
        rendered.map((text) => ({ sign: 'good', text })),
        'written',
      ),
      list(
        plan.steps.map((text) => ({ sign: 'warn', text })),
        'before you use them',
      ),
    ];
  }
  if (applied === null) {
    return [
      headline('none', `plan for ${bundle}: ${plan.action}`),
      steps,
      ...(plan.diff === undefined || plan.diff === '' ? [] : [verbatim(plan.diff)]),
      paragraph('Nothing that runs was touched.', 'dim'),
    ];
  }
  const { status, durationMs } = applied;
  const does =
    beside === undefined ? 'serves' : `is a ${beside.role} for ${percent(beside.share)} of the requests`;
  return [
    headline('good', `${bundle} ${does}${status.url === null ? '' : ` at ${status.url}`}`),
    facts([
      ['target', status.target],
      [
        beside === undefined ? 'before' : 'in charge',
        previousVersion === null ? 'nothing' : versioned(name, previousVersion),
      ],
      ['took', duration(durationMs)],
      ['note', status.message === '' ? null : status.message],
    ]),
    steps,
    next(command('status'), command('monitor', name)),
  ];
}

/** `deploy`: the plan with `--dry-run`, else where it serves and what served before. */
export const deployView: View<Outcome<DeployResult>> = {
  blocks: ({ result }) => deployBlocks(result),
  essential: ({ result }) => {
    const url = result.applied?.status.url ?? null;
    if (url !== null) return [url];
    return result.rendered.length > 0 ? [...result.rendered] : [...result.plan.steps];
  },
};
