import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { sha256 } from '../../digest.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { parseFeatures } from '../../features/parse.ts';
import { replayGolden } from '../../inference/golden.ts';
import { modelFiles, readDocument } from '../../packaging/documents.ts';
import { recordGolden } from '../../packaging/golden.ts';
import type { Golden } from '../../packaging/manifest.ts';
import type { PortableResult } from '../../portable/shape.ts';
import type { PortableTarget } from '../../portable/targets.ts';
import { embed } from '../../portable/write/embed.ts';
import { madeUpRows } from '../../portable/write/madeUpRows.ts';
import { checkModule, portableFiles } from '../../portable/write/portableFiles.ts';
import { readRuntime, runtimeFor } from '../../portable/write/runtimeFile.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { openVerifiedPredictor } from '../../project/predictors.ts';
import type { OpenedPredictor } from '../../project/predictors.ts';
import { codeOfBundle } from '../../project/trust/allowedCode.ts';
import { consentTo } from '../../project/trust/consent.ts';

/** The rows that a file is tested by: a bundle's golden rows are rows of the training data, and stay out of what is public. */
function rowsFor(
  target: PortableTarget,
  { bundle }: NamedBundle,
  { predictor, schema }: OpenedPredictor,
): Golden {
  if (target !== 'browser') return readDocument(bundle, 'golden.json');
  // A team's own transform may refuse what the schema takes.
  const rows = madeUpRows(bundle.manifest, schema).filter(
    (row) => predictor.predictRows([row], () => '').issues.length === 0,
  );
  return recordGolden(predictor.backend, rows, replayGolden(predictor, schema, rows));
}

const compressed = promisify(gzip);
const sizeOf = async (text: string): Promise<{ bytes: number; gzipBytes: number }> => ({
  bytes: Buffer.byteLength(text),
  gzipBytes: (await compressed(text, { level: 9 })).length,
});

/**
 * Writes a bundle as a file of its own for a place without aieng, tests it, and tells what was written.
 *
 * @param folder where to; left out, `<name>-<target>` where the command was called
 */
export async function writePortable(
  context: Context,
  named: NamedBundle,
  target: PortableTarget,
  folder = `${named.name}-${target}`,
): Promise<PortableResult> {
  const { environment } = context;
  const { bundle, name, version } = named;
  const files = modelFiles(bundle);
  const runtimeName = runtimeFor(bundle.manifest.family, files.keys());
  const runtime = { name: runtimeName, text: await readRuntime(runtimeName) };
  await consentTo(context, named);
  const opened = await openVerifiedPredictor(context, named);
  const { schema } = opened;
  const golden = rowsFor(target, named, opened);
  opened.predictor.dispose();
  const features = parseFeatures(readDocument(bundle, 'features.json'));
  const embedded = embed({ bundle, version, schema, features, modelFiles: files }, golden);
  const code = codeOfBundle(bundle);
  const script = code === null ? null : new TextDecoder().decode(code.javascript);
  const written = portableFiles(target, embedded, runtime, script);
  const tested = await checkModule(written.module, version === null ? name : `${name}@${version}`);
  const place = resolve(environment.cwd, folder);
  const told: PortableResult['files'][number][] = [];
  for (const [path, bytes] of written.files) {
    await writeWholeFile(join(place, path), bytes, environment);
    told.push({ path, bytes: bytes.length, sha256: sha256(bytes) });
  }
  return {
    target,
    folder: relative(environment.cwd, place) || '.',
    files: told,
    module: await sizeOf(written.module),
    runtime: { name: runtimeName, ...(await sizeOf(runtime.text)) },
    tested,
  };
}
