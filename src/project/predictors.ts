import type { RowSchema } from '../data/schema.ts';
import { damagedError } from '../errors.ts';
import { parseFeatures } from '../features/parse.ts';
import { replayGolden } from '../inference/golden.ts';
import type { Predictor } from '../inference/predictor.ts';
import { createPredictor } from '../inference/predictor.ts';
import { modelFiles, readBundleSchema, readDocument } from '../packaging/documents.ts';
import { checkGolden, sameBackend } from '../packaging/golden.ts';
import type { Bundle } from '../packaging/manifest.ts';
import type { NamedBundle } from './bundles.ts';
import type { Context } from './context.ts';
import { loadAllowedCode } from './trust/allowedCode.ts';

/** A predictor ready to answer, with the schema that types its inputs. */
export interface OpenedPredictor {
  readonly predictor: Predictor;
  readonly schema: RowSchema;
}

/**
 * Loads a bundle's model, and the code that it brings where that was allowed (`consentTo`). The golden rows are not replayed
 * here: see `goldenMismatches`.
 *
 * @param context Null where there is no store that could say what was allowed: no code is loaded then.
 */
export async function openPredictor(
  context: Pick<Context, 'store'> | null,
  named: Pick<NamedBundle, 'bundle' | 'version'>,
  backend: 'auto' | 'native' | 'wasm' = 'auto',
): Promise<OpenedPredictor> {
  const { bundle, version } = named;
  await loadAllowedCode(context, named);
  const schema = readBundleSchema(bundle);
  const predictor = await createPredictor(
    {
      manifest: bundle.manifest,
      digest: bundle.digest,
      version,
      schema,
      features: parseFeatures(readDocument(bundle, 'features.json')),
      modelFiles: modelFiles(bundle),
    },
    backend,
  );
  return { predictor, schema };
}

/** Replays the bundle's golden rows here and now. Empty = the same features and answers as where it was made. */
export function goldenMismatches(bundle: Bundle, opened: OpenedPredictor): readonly string[] {
  const golden = readDocument(bundle, 'golden.json');
  const inputs = golden.rows.map((row) => row.input);
  const replay = replayGolden(opened.predictor, opened.schema, inputs);
  const exact = sameBackend(golden.backend, opened.predictor.backend);
  return checkGolden(golden, replay, exact).map(({ row, message }) => `golden row ${row}: ${message}`);
}

/** Opens a predictor and refuses (exit 8) when its golden rows do not give the recorded answers. */
export async function openVerifiedPredictor(
  context: Pick<Context, 'store'>,
  named: NamedBundle,
  backend: 'auto' | 'native' | 'wasm' = 'auto',
): Promise<OpenedPredictor> {
  const opened = await openPredictor(context, named, backend);
  const mismatches = goldenMismatches(named.bundle, opened);
  if (mismatches.length === 0) return opened;
  opened.predictor.dispose();
  throw damagedError({
    code: 'golden-mismatch',
    message: `${named.name}${named.version === null ? '' : `@${named.version}`} does not compute here what it computed when it was packaged: ${mismatches[0]!}${mismatches.length > 1 ? ` (and ${mismatches.length - 1} more)` : ''}.`,
    hint: 'Package the model again with this version of aieng and this backend.',
  });
}
