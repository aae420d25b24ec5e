import type { Verified, VerifyResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, paragraph, table } from '../view/blocks.ts';
import { shortDigest } from '../view/format.ts';

const words: Readonly<Record<Verified['state'], string>> = {
  signed: 'holds',
  unsigned: 'unsigned',
  unjudged: 'nobody is trusted',
  refused: 'does not hold',
};

function oneBlocks(kind: VerifyResult['kind'], one: Verified): readonly Block[] {
  const { name, digest, state, because, key, method, files, attached } = one;
  const shown = kind === 'image' ? 'the image' : name;
  if (state !== 'signed')
    return [
      headline(
        'bad',
        `${shown}: ${state === 'unsigned' ? 'there is no signature' : 'the signature does not hold'}`,
      ),
      paragraph(because ?? ''),
    ];
  return [
    headline('good', `the signature of ${shown} holds`, `${files ?? 0} files`),
    facts([
      ['by', `${key ?? ''}${method === 'certificate' ? ' (certificate)' : ''}`],
      ['digest', digest === null ? null : shortDigest(digest)],
      ['with it', attached.length === 0 ? null : attached.join(', ')],
    ]),
  ];
}

/** `verify`: whose signature holds, or what does not. */
export const verifyView: View<Outcome<VerifyResult>> = {
  blocks: ({ result: { kind, holds, verified, damaged } }) => {
    const [one] = verified;
    if (kind !== 'store' && one !== undefined) return oneBlocks(kind, one);
    const refused = verified.filter(({ state }) => state === 'refused');
    return [
      holds
        ? headline('good', 'the store holds', `${verified.length} versions`)
        : headline(
            'bad',
            'the store does not hold',
            `${refused.length} of ${verified.length} versions refused`,
          ),
      table(
        ['version', 'digest', 'signature', 'by'],
        verified.map(({ name, digest, state, key }) => [
          name,
          digest === null ? '–' : shortDigest(digest),
          words[state],
          key ?? '–',
        ]),
      ),
      list(
        [...refused.map(({ because }) => because ?? ''), ...damaged].map((text) => ({ sign: 'bad', text })),
        'does not hold',
      ),
      ...(damaged.length === 0 ? [] : [next(command('doctor'))]),
    ];
  },
  essential: ({ result: { holds } }) => [holds ? 'holds' : 'does not hold'],
};
