import type { SignResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { shortDigest } from '../view/format.ts';

/** `sign`: what was signed, by which key, and where the signature is. */
export const signView: View<Outcome<SignResult>> = {
  blocks: ({ result: { kind, name, key, method, files, written } }) => [
    headline('good', `${kind === 'image' ? 'the image' : name} is signed`, `${files} files`),
    facts([
      ['key', `${shortDigest(key)}${method === 'certificate' ? ', with its certificate' : ''}`],
      ['signature', written ?? 'in the store'],
    ]),
    next(...(kind === 'bundle' && written === null ? [command('verify', name)] : [])),
  ],
  essential: ({ result: { written, name } }) => [written ?? name],
};
