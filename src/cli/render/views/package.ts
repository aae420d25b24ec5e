import type { Outcome } from '../../../lifecycle/outcome.ts';
import type { PackageResult } from '../../../lifecycle/verbs.ts';
import type { View } from '../blocks.ts';
import { facts, headline, next, right, table } from '../blocks.ts';
import { bytes, shortDigest, versioned } from '../format.ts';
import { command } from './shared.ts';

/** `package`: the bundle's name, and what is in it. */
export const packageView: View<Outcome<PackageResult>> = {
  blocks: ({ result }) => {
    const { name, version, digest, existed, path, tar, files } = result;
    const bundle = versioned(name, version);
    return [
      headline('good', bundle, existed ? 'the same content is packaged already' : 'packaged and verified'),
      facts([
        ['digest', shortDigest(digest)],
        ['folder', path],
        ['tar', tar],
      ]),
      table(
        ['file', right('size')],
        files.map((file) => [file.path, bytes(file.bytes)]),
      ),
      next(command('deploy', bundle)),
    ];
  },
  essential: ({ result }) => [versioned(result.name, result.version)],
};
