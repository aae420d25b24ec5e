import { exitCodes, usageError } from '../../errors.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly key?: string;
  readonly keyCommand?: string;
  readonly publicKey?: string;
  readonly certificate?: string;
  readonly signature?: string;
}

/** `["sign-digest", "release"]`: words, so that no shell has to split them. */
function wordsOf(text: string): readonly string[] {
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = null;
  }
  if (Array.isArray(words) && words.length > 0) {
    const texts = words.filter((word): word is string => typeof word === 'string');
    if (texts.length === words.length) return texts;
  }
  throw usageError({
    code: 'key-command-invalid',
    message: '--key-command is no list of words.',
    hint: `Write a JSON array: --key-command '["sign-digest","release"]'.`,
  });
}

export const signVerb: Verb = {
  name: 'sign',
  group: 'Look after',
  summary: 'sign a bundle, an image or any model (OpenSSF Model Signing)',
  description:
    'Signs every file of a bundle, with how it came to be (SLSA provenance) and what it is made of (CycloneDX), or the blobs of an image, or the files of any model. The digest of a bundle does not move. Keys on P-256, P-384 or P-521: a file, a variable, or a program that holds the key. Without --key, what the pipeline says (trust.sign_with).',
  examples: [
    ['aieng sign churn@3 --key ../secrets/signing-key.pem', 'a version of the store'],
    ['aieng sign churn.tar --key env:SIGNING_KEY', 'a bundle as one file, with a key of a CI server'],
    ['aieng sign model.onnx --key signing-key.pem', 'writes model.onnx.sig'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).signResult,
  define: (command, session) =>
    command
      .argument('<what>', 'name@version, a bundle, an image (OCI layout or tar), a model file or folder')
      .option('--key <key>', 'file with the private key (PEM), or env:NAME for a variable that holds it')
      .option('--key-command <words>', 'a program that signs a digest, as a JSON array of words')
      .option('--public-key <file>', 'with --key-command: its public key')
      .option('--certificate <file>', "the signer's certificate, and those between it and its authority")
      .option('--signature <file>', 'where the signature goes (images and models; default: beside them)')
      .action(async (what: string, flags: Flags) => {
        const { key, keyCommand, publicKey, certificate, signature } = flags;
        if (key !== undefined && keyCommand !== undefined)
          throw usageError({
            code: 'flags-do-not-fit',
            message: '--key and --key-command both say who signs.',
            hint: 'Use one of them.',
          });
        await session.perform(command, {
          rootOptional: true,
          call: async (context) => {
            const { sign } = await import('./sign.ts');
            return sign(context, {
              what,
              ...(key === undefined ? {} : { key }),
              ...(keyCommand === undefined ? {} : { command: wordsOf(keyCommand) }),
              ...(publicKey === undefined ? {} : { publicKey }),
              ...(certificate === undefined ? {} : { certificate }),
              ...(signature === undefined ? {} : { signature }),
            });
          },
          view: async () => (await import('./view.ts')).signView,
        });
      }),
};
