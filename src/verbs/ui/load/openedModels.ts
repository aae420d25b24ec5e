import { loadBundle } from '../../../packaging/index.ts';
import type { Bundle } from '../../../packaging/manifest.ts';
import { openPredictor } from '../../../project/predictors.ts';
import type { OpenedPredictor } from '../../../project/predictors.ts';
import type { Context } from '../../../project/context.ts';

/** A bundle that can answer here. */
export interface OpenedModel extends OpenedPredictor {
  readonly bundle: Bundle;
}

/** More models than this are not held. */
const most = 2;
const opened = new Map<string, Promise<OpenedModel>>();

async function open(context: Context, digest: string, version: number | null): Promise<OpenedModel> {
  const bundle = await loadBundle(context.store, digest);
  return { bundle, ...(await openPredictor(context, { bundle, version })) };
}

/** The model of a bundle, opened once; the one that was asked for longest ago goes where there are too many. */
export async function openedModel(
  context: Context,
  digest: string,
  version: number | null,
): Promise<OpenedModel> {
  const found = opened.get(digest) ?? open(context, digest, version);
  opened.delete(digest);
  opened.set(digest, found);
  found.catch(() => opened.delete(digest));
  const [oldest] = opened.keys();
  if (opened.size > most && oldest !== undefined) {
    const gone = opened.get(oldest);
    opened.delete(oldest);
    await gone?.then(
      ({ predictor }) => predictor.dispose(),
      () => undefined,
    );
  }
  return found;
}
