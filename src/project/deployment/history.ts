import { Type } from '@sinclair/typebox';
import { AiengError } from '../../errors.ts';
import { count, digest, flag, instant, number, oneOf, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';
import { desiredKind } from '../../tracking/desired.ts';
import { listRecords } from '../../tracking/recordKind.ts';
import { approvalKind } from '../../tracking/retraining/approvals.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { runKind } from '../../tracking/runs/runs.ts';
import { deploymentRef, parseServed } from '../../tracking/served.ts';
import { outputOf, readStage } from '../../tracking/stages.ts';
import type { Context } from '../context.ts';

const originShape = Type.Object(
  {
    command: text('What made the bundle: `retrain`, or the command that packaged it.'),
    runId: text(),
    at: instant(),
    because: text('The decision of the retraining, or the verdict of the training.'),
    triggers: Type.Array(text(), { description: 'What a retraining was begun by.' }),
    git: orNull(Type.Object({ commit: text(), dirty: flag() }), 'The commit that the project was at.'),
    approval: orNull(
      Type.Object({ at: instant(), verdict: oneOf(['approved', 'rejected']), who: text(), why: text() }),
      'What a person said of it.',
    ),
  },
  { title: 'Origin' },
);

export const servedPeriodShape = Type.Object(
  {
    from: instant(),
    until: orNull(instant(), 'null: to this day.'),
    state: oneOf(['running', 'stopped', 'destroyed'], 'What was asked for.'),
    target: orNull(text(), 'null: aieng 0.1 did not write it down.'),
    why: text('The command that asked for it.'),
    versions: Type.Array(
      Type.Object({
        version: orNull(count()),
        bundle: digest(),
        share: number('Of the requests, 0 … 1.'),
        role: oneOf(['serving', 'canary', 'shadow']),
        kept: flag('Its bundle is in the store: what it answered can be replayed.'),
        origin: orNull(originShape, 'null: nothing on record says how it was made.'),
      }),
    ),
  },
  { title: 'ServedPeriod' },
);
/** From when until when a deployment was asked to be so, by whom, and where its models come from. */
export type ServedPeriod = Shape<typeof servedPeriodShape>;
export type Origin = Shape<typeof originShape>;

type Wish = Pick<ServedPeriod, 'from' | 'state' | 'target' | 'why'> & {
  readonly versions: readonly Omit<ServedPeriod['versions'][number], 'kept' | 'origin'>[];
};

/** Wishes, oldest first. What aieng 0.1 deployed before the first of them stands in the deployment's history alone. */
async function wishesOf(context: Context, name: string, damage: AiengError[]): Promise<readonly Wish[]> {
  const { records, damaged } = await listRecords(context.store, desiredKind, { of: name });
  damage.push(...damaged);
  const written = records
    .map(({ content: { at, state, target, why, versions } }): Wish => ({
      from: at,
      state,
      target,
      why,
      versions,
    }))
    .sort((left, right) => left.from - right.from);
  const first = written[0]?.from ?? Infinity;
  const before = (await context.store.refHistory(deploymentRef(name)))
    .filter(({ at }) => at < first)
    .map(({ at, value, why }): Wish => {
      const served = parseServed(value);
      return {
        from: at,
        state: 'running',
        target: null,
        why,
        versions: [{ version: served.version, bundle: served.digest, share: 1, role: 'serving' }],
      };
    });
  return [...before, ...written];
}

/** What is damaged is noted, and nothing is known of it. */
async function noting<Result>(
  damage: AiengError[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AiengError)) throw error;
    damage.push(error);
    return undefined;
  }
}

/** Where bundles of a pipeline come from, by digest: its retrainings and its records of `package`. */
async function originsOf(
  { store }: Context,
  name: string,
  damage: AiengError[],
): Promise<ReadonlyMap<string, Origin>> {
  const origins = new Map<string, Origin>();
  const runs = await listRecords(store, runKind);
  const retrainings = await listRecords(store, retrainingKind, { of: name });
  const approvals = await listRecords(store, approvalKind, { of: name });
  damage.push(...runs.damaged, ...retrainings.damaged, ...approvals.damaged);
  const runOf = new Map(runs.records.map(({ content }) => [content.runId, content]));
  const gitOf = (runId: string): Origin['git'] => {
    const git = runOf.get(runId)?.git ?? null;
    return git === null ? null : { commit: git.commit, dirty: git.dirty };
  };
  for (const { value } of await store.refHistory(`stages/${name}/package`)) {
    const record = await noting(damage, () => readStage({ store }, 'package', value));
    if (record === undefined) continue;
    const trained = outputOf.package(record);
    const { runId, at } = record;
    const run = runOf.get(runId);
    const because = run === undefined ? 'the record of that run is gone' : `ended ${run.outcome}`;
    const made = { command: run?.command ?? 'package', runId, at, because, triggers: [], git: gitOf(runId) };
    if (!origins.has(trained.bundle)) origins.set(trained.bundle, { ...made, approval: null });
  }
  // Oldest last: a bundle that was decided about twice came with the first.
  for (const { id, content } of retrainings.records) {
    const { challenger, at, because, triggers } = content;
    if (challenger === null) continue;
    const answer = approvals.records.find((approval) => approval.id === id)?.content;
    const approval =
      answer === undefined
        ? null
        : { at: answer.at, verdict: answer.verdict, who: answer.who, why: answer.why };
    origins.set(challenger.bundle, {
      command: 'retrain',
      runId: id,
      at,
      because,
      triggers,
      git: gitOf(id),
      approval,
    });
  }
  return origins;
}

/**
 * What a deployment was asked to be, oldest first, with who asked, why, and where each model comes from: out of the
 * records alone, so that it is known of bundles, too, that are gone. What is damaged is told, and takes nothing else down.
 */
export async function servedHistory(
  context: Context,
  name: string,
  damage: AiengError[],
): Promise<readonly ServedPeriod[]> {
  const wishes = await wishesOf(context, name, damage);
  const origins = await originsOf(context, name, damage);
  return Promise.all(
    wishes.map(async (wish, at) => ({
      ...wish,
      until: wishes[at + 1]?.from ?? null,
      versions: await Promise.all(
        wish.versions.map(async (each) => ({
          ...each,
          kept: await context.store.has(each.bundle),
          origin: origins.get(each.bundle) ?? null,
        })),
      ),
    })),
  );
}

/** The period that an instant is in; undefined before the first. */
export const periodAt = (periods: readonly ServedPeriod[], at: number): ServedPeriod | undefined =>
  periods.findLast(({ from }) => from <= at);
