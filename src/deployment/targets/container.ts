import path from 'node:path';
import { usageError } from '../../errors.ts';
import type { DeploymentStatus, Target, TargetContext, Wish } from '../target.ts';
import { composeText } from './container/compose.ts';
import { findEngine, userClient } from './container/findEngine.ts';
import { ensureImage, findImage, removeBrought } from './container/images.ts';
import { clearLeftBehind, stillRunning } from './container/leftBehind.ts';
import { planContainer } from './container/planContainer.ts';
import type { ContainerKind } from './supervised/backendKind.ts';
import {
  applySupervised,
  checkAddress,
  stopSupervised,
  supervisedMetrics,
  supervisedStatus,
  timed,
} from './supervised/client.ts';
import { readState } from './supervised/stateFile.ts';

const plan: Target['plan'] = async (wish, current, context) => {
  const settings = context.settings.container;
  const engine = await findEngine(settings.engine, context.environment.variables);
  const client = userClient(engine.name, context.environment.variables);
  const hasImage = wish.image !== null && (await findImage(client, wish.image)) !== null;
  const written = current.state === 'stopped' ? null : await readState(context.folder);
  return planContainer(wish, current, {
    engine: engine.name,
    hasImage,
    settings,
    running: written?.backend ?? null,
    terms: written?.terms ?? null,
  });
};

/** A mount is a list of words between commas: such a path cannot be said to an engine. */
function checkMountable({ logFolder }: TargetContext): void {
  if (!/[,"\n]/.test(path.resolve(logFolder))) return;
  throw usageError({
    code: 'log-folder-unmountable',
    message: `${logFolder} cannot be given to a container: its path has a comma, a quote or a line break.`,
    hint: 'Keep the store elsewhere: --store <dir>, or AIENG_STORE.',
  });
}

/** An engine that answers, with the wished image in it. */
async function prepare({ image }: Wish, context: TargetContext): Promise<ContainerKind> {
  if (image === null) throw new TypeError('the container target needs an image');
  const { engine: wished, ...limits } = context.settings.container;
  const engine = await findEngine(wished, context.environment.variables);
  const client = userClient(engine.name, context.environment.variables);
  const { id, program } = await ensureImage(client, image, context);
  return { kind: 'container', engine, image: id, program, limits };
}

const apply: Target['apply'] = (plan, wish, context) =>
  timed(context, async () => {
    if (plan.action === 'none') return status(wish.name, context);
    checkAddress(wish);
    checkMountable(context);
    const kind = await prepare(wish, context);
    if (plan.action === 'start') await clearLeftBehind(context);
    return applySupervised(plan, wish, kind, context);
  });

async function status(name: string, context: TargetContext): Promise<DeploymentStatus> {
  const now = await supervisedStatus(name, 'container', context);
  if (now.state !== 'stopped' || (await readState(context.folder))?.state === 'stopped') return now;
  // A supervisor that was killed cannot take its container along.
  const left = await stillRunning(context);
  if (left.length === 0) return now;
  const ids = left.map((id) => id.slice(0, 12)).join(', ');
  return {
    ...now,
    message: `${now.message}; container ${ids} still runs, which nobody is led to: the next deploy removes it`,
  };
}

const stop: Target['stop'] = async (name, context) => {
  await stopSupervised(name, context);
  await clearLeftBehind(context);
};

const destroy: Target['destroy'] = async (name, context) => {
  const { state } = await supervisedStatus(name, 'container', context);
  await stopSupervised(name, context);
  const left = await clearLeftBehind(context);
  const images = await removeBrought(context.folder, (engine) =>
    userClient(engine, context.environment.variables),
  );
  return [
    ...(state === 'stopped' ? [] : [`the supervisor of ${name} and its container`]),
    ...left.map((id) => `the container ${id.slice(0, 12)}, which was left behind`),
    ...images,
  ];
};

/** A supervised container of docker or podman behind a gateway that owns the public port. */
export const container: Target = {
  name: 'container',
  runs: 'image',
  plan,
  apply,
  status,
  stop,
  destroy,
  metrics: supervisedMetrics,
  render: async (wish, context) =>
    new Map([['compose.yaml', await composeText(wish, context.settings.container)]]),
};
