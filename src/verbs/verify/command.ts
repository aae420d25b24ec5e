import { Option } from 'commander';
import { exitCodes } from '../../errors.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly key: readonly string[];
  readonly signature?: string;
  readonly at?: string;
}

export const verifyVerb: Verb = {
  name: 'verify',
  group: 'Look after',
  summary: 'is this signed by somebody who is trusted, and unchanged?',
  description:
    'Verifies the signature of a bundle, an image or any model (OpenSSF Model Signing v1.0): made by a trusted key or certificate, each file as it was signed, none missing, none besides. Without an argument, every version of the store. Trusted is what the pipeline names (trust.keys), and what --key names.',
  examples: [
    ['aieng verify churn@3', 'by the keys of the pipeline'],
    ['aieng verify churn.tar --key release.pub.pem', 'a bundle from elsewhere'],
    ['aieng verify', 'every version of the store'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).verifyResult,
  define: (command, session) =>
    command
      .argument('[what]', 'name@version, a bundle, an image (OCI layout or tar), a model file or folder')
      .addOption(
        new Option('--key <file>', 'a public key or certificate that is trusted, too (repeatable)')
          .argParser((text: string, before: readonly string[]) => [...before, text])
          .default([], 'none'),
      )
      .option('--signature <file>', 'where the signature lies (images and models; default: beside them)')
      .option('--at <instant>', 'for which moment certificates have to hold (default: now)')
      .action(async (what: string | undefined, { key, signature, at }: Flags) => {
        await session.perform(command, {
          rootOptional: what !== undefined,
          call: async (context) => {
            const { verify } = await import('./verify.ts');
            const { flaggedInstant } = await import('../instant.ts');
            return verify(context, {
              ...(what === undefined ? {} : { what }),
              keys: key,
              ...(signature === undefined ? {} : { signature }),
              ...(at === undefined ? {} : { at: flaggedInstant('--at', at) }),
            });
          },
          view: async () => (await import('./view.ts')).verifyView,
        });
      }),
};
