import { usageError } from '../../errors.ts';
import type { Embedded } from '../embedded.ts';
import type { PortableTarget } from '../targets.ts';
import { demoPage } from './demoPage.ts';
import { moduleText } from './moduleText.ts';
import type { RuntimeName } from './runtimeFile.ts';
import { checkedText, serverText } from './server.ts';
import { moduleTypes } from './types.ts';
import { zipOf } from './zip.ts';

/** Files of a model for one place, by path, and the text of its module. */
export interface PortableFiles {
  readonly module: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What stands behind the module in each place. */
const behind: Readonly<Record<PortableTarget, string>> = {
  browser: '',
  node: serverText,
  lambda: checkedText,
};

/** A page ends at what looks like the end of its script, wherever that stands in a team's own code. */
function requirePageable(script: string | null): void {
  const [found] = /<\/script|<!--/i.exec(script ?? '') ?? [];
  if (found === undefined) return;
  throw usageError({
    code: 'code-ends-a-page',
    message: `The code of the bundle's own transforms has ${found} in it, which would end the script of a page.`,
    hint: 'Write it in two pieces in the transform, or take the model for another place: `--target node`.',
  });
}

/**
 * Writes a model for one place. The same bundle gives the same bytes.
 *
 * @param ownCode the script of a team's own transforms, where the bundle has some
 */
export function portableFiles(
  target: PortableTarget,
  embedded: Embedded,
  runtime: { readonly name: RuntimeName; readonly text: string },
  ownCode: string | null = null,
): PortableFiles {
  if (target === 'browser') requirePageable(ownCode);
  const encoder = new TextEncoder();
  const module = moduleText(embedded, runtime.text, behind[target], ownCode);
  const bytes = encoder.encode(module);
  if (target === 'lambda')
    return {
      module,
      files: new Map([[`${embedded.manifest.name}.zip`, zipOf(new Map([['index.mjs', bytes]]))]]),
    };
  const types = encoder.encode(moduleTypes(embedded.manifest, embedded.schema));
  const files = new Map<string, Uint8Array>([
    ['model.mjs', bytes],
    ['model.d.mts', types],
  ]);
  if (target === 'browser') files.set('demo.html', encoder.encode(demoPage(module, runtime.name === 'all')));
  return { module, files };
}

interface Tested {
  readonly ok: boolean;
  readonly rows: number;
  readonly mismatches: readonly string[];
}

/** The module's own test, run from its text: no file of it need be there. */
async function testOf(module: string): Promise<Tested> {
  const loaded: unknown = await import(
    /* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`
  );
  if (typeof loaded !== 'object' || loaded === null || !('selfTest' in loaded))
    throw new TypeError('a written module has no selfTest');
  const { selfTest } = loaded;
  if (typeof selfTest !== 'function') throw new TypeError('a written module has no selfTest');
  // A module that was just written by this program.
  return (selfTest as () => Tested)();
}

/**
 * Runs a written module once and asks it the rows that it carries.
 *
 * @returns how many there are
 * @throws a usage error where it computes otherwise than what it was written from
 */
export async function checkModule(module: string, name: string): Promise<number> {
  const { ok, rows, mismatches } = await testOf(module);
  if (ok) return rows;
  throw usageError({
    code: 'portable-mismatch',
    message: `The module of ${name} does not compute what the bundle does: ${mismatches[0] ?? 'no row'}.`,
    hint: `Serve the bundle instead: \`aieng serve ${name}\`.`,
  });
}
