import type { DoctorResult } from './result.ts';
import { freeDiskBytes } from '../../environment/index.ts';
import { exitCodes } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { damageOf } from '../../project/damage.ts';
import { certificateWarnings } from '../../project/deployment/doorway.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import { openRowSchema } from '../../project/inputs.ts';
import { repair } from './repair.ts';
import { upgrade } from './upgrade.ts';
import type { Outcome } from '../../project/outcome.ts';

type Check = DoctorResult['checks'][number];

const ok = (name: string, message: string): Check => ({ name, state: 'ok', message, hint: null });
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const hintOf = (error: unknown): string | null =>
  error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : null;

/** Runs a check; what it throws is a failed check, not a failed doctor. */
async function attempt(name: string, work: () => Promise<Check>): Promise<Check> {
  try {
    return await work();
  } catch (error) {
    return { name, state: 'failed', message: reason(error), hint: hintOf(error) };
  }
}

function checkNode(context: Context): Check {
  const { nodeVersion, host } = context.environment;
  const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1]);
  if (major < 20)
    return {
      name: 'node',
      state: 'failed',
      message: `Node ${nodeVersion} is too old.`,
      hint: 'Install Node 20 or newer.',
    };
  const tested = host.platform === 'linux';
  return {
    name: 'node',
    state: tested ? 'ok' : 'warning',
    message: `${nodeVersion} on ${host.platform}-${host.arch}, ${host.cpus} cores${tested ? '' : ' (aieng is tested on Linux only)'}`,
    hint: null,
  };
}

async function checkEngine(): Promise<Check> {
  const { probeDuckdb } = await import('../../data/index.ts');
  return ok('columnar engine', await probeDuckdb());
}

async function checkBackend(): Promise<Check> {
  const { loadBackend } = await import('../../modeling/index.ts');
  const { backend } = await loadBackend('auto');
  return ok('training backend', `${backend.name} (${backend.version})`);
}

/** The first version of a pipeline whose bundle is not in the store any more. */
async function goneVersion(context: Context, names: readonly string[]): Promise<string | null> {
  for (const name of names)
    for (const { version, digest } of await context.store.versions(name))
      if (!(await context.store.has(digest))) return `${name}@${version}`;
  return null;
}

/** Each damaged thing by its name, with what to do about it; more than this many are counted. */
const damageShown = 20;

async function checkDamage(context: Context): Promise<readonly Check[]> {
  const damage = await damageOf(context);
  const failed = (message: string, hint: string): Check => ({
    name: 'store',
    state: 'failed',
    message,
    hint,
  });
  const shown = damage
    .slice(0, damageShown)
    .map(({ what, problem, repair }) => failed(`${what}: ${problem}`, repair));
  const left = damage.length - shown.length;
  return left > 0
    ? [...shown, failed(`${left} more are damaged`, 'Repair these, then run it again.')]
    : shown;
}

async function checkStore(context: Context, names: readonly string[]): Promise<Check> {
  const gone = await goneVersion(context, names);
  if (gone !== null)
    return {
      name: 'store',
      state: 'failed',
      message: `the bundle of ${gone} is not in it any more`,
      hint: 'Run `aieng run` to make it anew, or give its file again: `aieng doctor --repair x.tar`.',
    };
  const freeGb = (await freeDiskBytes(context.store.folderPlace('reports'))) / 1e9;
  if ((await context.store.layout()) === 1)
    return {
      name: 'store',
      state: 'warning',
      message: `verified, ${freeGb.toFixed(1)} GB free; it was made by aieng 0.1, and is read and written as such`,
      hint: 'Run `aieng doctor --upgrade` to bring it over: then a changed record is noticed, too.',
    };
  return {
    name: 'store',
    state: freeGb < 1 ? 'warning' : 'ok',
    message: `verified, ${freeGb.toFixed(1)} GB free`,
    hint: freeGb < 1 ? 'Free some disk space: snapshots and bundles are kept.' : null,
  };
}

async function checkPipeline(context: Context, asked: string | undefined): Promise<Check> {
  const pipeline = await openPipeline(context, asked);
  const schema = await openRowSchema(context, pipeline);
  return ok(
    'pipeline',
    `${pipeline.name}: ${schema === null ? 'no row schema yet (ingest infers one)' : `${schema.columns.length} columns`}`,
  );
}

/** Is this machine able? Node, columnar engine, training backend, store (every object verified), pipeline. Exit 2 if not, 8 where the store is damaged. It reads and says; `upgrade` and `repair` write first. */
export async function doctor(
  context: Context,
  options: {
    readonly pipeline?: string;
    readonly upgrade?: boolean;
    readonly repair?: boolean;
    /** Files of bundles to give objects back from. */
    readonly bundles?: readonly string[];
    readonly waitMs?: number;
  },
): Promise<Outcome<DoctorResult>> {
  const upgraded = options.upgrade === true ? await upgrade(context, options.waitMs ?? 0) : null;
  const repaired =
    options.repair === true ? await repair(context, options.bundles ?? [], options.waitMs ?? 0) : null;
  const { listPipelines } = await import('../../pipeline/index.ts');
  const listed = await listPipelines(context.root);
  const names = options.pipeline === undefined ? listed.map(({ name }) => name) : [options.pipeline];
  const checks: Check[] = [checkNode(context)];
  checks.push(await attempt('columnar engine', checkEngine));
  checks.push(await attempt('training backend', checkBackend));
  const damage = await checkDamage(context);
  checks.push(...damage);
  if (damage.length === 0)
    checks.push(
      await attempt('store', () =>
        checkStore(
          context,
          listed.map(({ name }) => name),
        ),
      ),
    );
  for (const name of names) {
    checks.push(await attempt('pipeline', () => checkPipeline(context, name)));
    for (const message of await certificateWarnings(context, name))
      checks.push({
        name: 'certificate',
        state: 'warning',
        message,
        hint: 'docs/operations.md says how it is renewed.',
      });
  }
  const failed = checks.some((check) => check.state === 'failed');
  const isDamaged = checks.some(({ name, state }) => name === 'store' && state === 'failed');
  return {
    exitCode: isDamaged ? exitCodes.storeDamaged : failed ? exitCodes.usage : exitCodes.ok,
    warnings: (upgraded?.left ?? []).map(({ what, problem, repair }) => `${what}: ${problem} ${repair}`),
    result: { checks, upgraded, repaired },
  };
}
