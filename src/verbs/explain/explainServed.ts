import type { ExplainResult } from './result.ts';
import type { ExplainOptions } from './options.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { deploymentNames, unknownDeployment } from '../../project/deployment/underDeploymentLock.ts';
import { periodAt, servedHistory } from '../../project/deployment/history.ts';
import type { Origin, ServedPeriod } from '../../project/deployment/history.ts';
import type { Outcome } from '../../project/outcome.ts';
import { utcMinute } from '../../utc.ts';
import { instantOf, isOffCalendar } from '../instant.ts';

/**
 * An instant as a person writes it: with its zone, since a night has one 3 o'clock in each.
 *
 * @throws usage error for anything else, and for days that there are not
 */
export function timeOf(given: string): number {
  const at = instantOf(given);
  if (at !== undefined && given.includes(':')) return at;
  if (isOffCalendar(given))
    throw usageError({
      code: 'time-invalid',
      message: `"${given}" names a day or an hour that does not exist.`,
      hint: 'Correct it: months have 28 to 31 days, a year 12 months, a day the hours 0 to 23.',
    });
  throw usageError({
    code: 'time-invalid',
    message: `"${given}" is no time with a zone.`,
    hint: 'Write it like 2026-03-01T03:00Z or 2026-03-01T04:00+01:00.',
  });
}

/** Whose deployment is asked for: the one that is named, or the only one that there is. */
async function deploymentAsked(context: Context, asked: string | undefined): Promise<string> {
  const names = await deploymentNames(context);
  if (asked !== undefined && !names.includes(asked)) throw unknownDeployment(asked, names);
  const [only] = names;
  if (asked === undefined && only === undefined)
    throw usageError({
      code: 'nothing-deployed',
      message: 'Nothing was ever deployed from here.',
      hint: 'Run `aieng deploy`; what `aieng serve` starts by hand is not on record.',
    });
  if (asked === undefined && names.length > 1)
    throw usageError({
      code: 'deployment-not-named',
      message: `Which deployment? There are ${names.join(', ')}.`,
      hint: `Add --pipeline ${only ?? ''}.`,
    });
  return asked ?? only ?? '';
}

const nameOf = (name: string, version: number | null): string =>
  version === null ? `a bundle without a version of ${name}` : `${name}@${version}`;

function originLines(origin: Origin | null): readonly string[] {
  if (origin === null) return ['  nothing on record says how it was made'];
  const { command, runId, at, because, triggers, git, approval } = origin;
  return [
    `  made by ${command} (run ${runId}, ${utcMinute(at)}): ${because}`,
    ...triggers.map((trigger) => `  begun by ${trigger}`),
    ...(git === null ? [] : [`  at commit ${git.commit}${git.dirty ? ', with changes' : ''}`]),
    approval === null
      ? '  no person was asked: no approval is on record'
      : `  ${approval.verdict} by ${approval.who}, ${utcMinute(approval.at)}: ${approval.why}`,
  ];
}

function versionLines(name: string, each: ServedPeriod['versions'][number]): readonly string[] {
  const share = each.share === 1 ? '' : `, ${Number((100 * each.share).toPrecision(3))} % of the requests`;
  const what = `${nameOf(name, each.version)} (${each.bundle.slice(0, 12)}), ${each.role}${share}`;
  return [
    what,
    ...originLines(each.origin),
    ...(each.kept ? [] : ['  its bundle is not in the store any more: what it answered cannot be replayed']),
  ];
}

function titleOf(name: string, at: number, period: ServedPeriod): string {
  const { state, versions, target } = period;
  const who = versions.map(({ version }) => nameOf(name, version)).join(' and ');
  if (state !== 'running') return `${utcMinute(at)}: nothing served, ${name} was ${state}`;
  return `${utcMinute(at)}: ${who} served${target === null ? '' : ` (${target})`}`;
}

/** Which versions a deployment served at some time, who asked for it, and where they come from. */
export async function explainServed(
  context: Context,
  options: ExplainOptions & { readonly servedAt: string },
): Promise<Outcome<ExplainResult>> {
  const at = timeOf(options.servedAt);
  const now = context.environment.now();
  if (at > now)
    throw usageError({
      code: 'time-in-future',
      message: `${utcMinute(at)} is yet to come.`,
      hint: '`aieng status` shows what serves now.',
    });
  const name = await deploymentAsked(context, options.pipeline);
  const damage: AiengError[] = [];
  const periods = await servedHistory(context, name, damage);
  const period = periodAt(periods, at);
  const warnings = damage.map(({ message, hint }) => `${message} ${hint}`);
  if (period === undefined) {
    const [first] = periods;
    const since = first === undefined ? 'never' : `first at ${utcMinute(first.from)}`;
    const title = `${utcMinute(at)}: nothing is on record. ${name} was deployed ${since}.`;
    const lines = ['what `aieng serve` starts by hand is not written down'];
    return { exitCode: exitCodes.ok, warnings, result: { topic: 'served', title, lines, data: null } };
  }
  const { from, until, state, why, versions } = period;
  const lines = [
    `from ${utcMinute(from)} ${until === null ? 'to this day' : `until ${utcMinute(until)}`}, by ${why}`,
    ...(state === 'running' ? versions.flatMap((each) => versionLines(name, each)) : []),
    ...(state === 'running'
      ? ['the record says what was deployed, not whether it answered at that moment']
      : []),
  ];
  const title = titleOf(name, at, period);
  return {
    exitCode: exitCodes.ok,
    warnings,
    result: { topic: 'served', title, lines, data: { at, ...period } },
  };
}
