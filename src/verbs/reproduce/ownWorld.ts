import { scriptWorld } from '../../cascade/script/world.ts';
import type { NamedBundle } from '../../project/bundles.ts';
import type { Context } from '../../project/context.ts';
import { codeOfBundle, loadAllowedCode, loadCode } from '../../project/trust/allowedCode.ts';
import { versionedName } from '../../project/trust/attachments.ts';
import type { ScriptWorld } from '../../scripting/world.ts';
import type { RecordedScript } from './consent.ts';
import { recordedFiles, requireConsent } from './consent.ts';

/** The program of the project as it was recorded, whatever the project has now. */
export async function worldOf(
  context: Context,
  name: string,
  recorded: RecordedScript | null,
  allowCode: boolean,
): Promise<ScriptWorld> {
  // Nobody's lock is held: the pipeline may be training.
  const world = scriptWorld(context, name, false);
  if (recorded === null) return world;
  await requireConsent(context, name, recorded, world, allowCode);
  const files = await recordedFiles(context, recorded);
  return { ...world, files: () => Promise.resolve(files), image: () => Promise.resolve(recorded.image) };
}

/** Own transforms of a bundle as JavaScript, loaded where that was allowed; null where it has none. */
export async function ownCodeOf(
  context: Context,
  named: NamedBundle,
  allowCode: boolean,
): Promise<{ readonly code: string; readonly javascript: string } | null> {
  const code = codeOfBundle(named.bundle);
  if (code === null) return null;
  if (allowCode) loadCode(code.digest, code.javascript, versionedName(named));
  else await loadAllowedCode(context, named);
  return { code: code.digest, javascript: new TextDecoder().decode(code.javascript) };
}
