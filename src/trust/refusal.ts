import type { AiengError } from '../errors.ts';
import { damagedError } from '../errors.ts';

/** Why a signature does not hold. */
export type RefusalCode =
  | 'signature-missing'
  | 'signature-damaged'
  | 'signature-unknown-form'
  | 'signature-untrusted'
  | 'certificate-untrusted'
  | 'certificate-expired'
  | 'signed-file-changed'
  | 'signed-file-missing'
  | 'unsigned-file'
  | 'signed-name-differs';

const hints: Readonly<Record<RefusalCode, string>> = {
  'signature-missing': 'Sign it: `aieng sign <it> --key <private key>`.',
  'signature-damaged': 'Get it again from where it was signed, or sign it anew with `aieng sign`.',
  'signature-unknown-form':
    'Sign it anew with `aieng sign`, or with another tool of OpenSSF Model Signing v1.0 and a key or certificate on P-256, P-384 or P-521.',
  'signature-untrusted':
    'If you trust whoever signed it, put their public key under trust.keys of the pipeline, or name it with --key; otherwise do not use it.',
  'certificate-untrusted':
    'If you trust its authority, put that certificate under trust.keys of the pipeline, or name it with --key; otherwise do not use it.',
  'certificate-expired': 'Sign it anew with a certificate that is valid.',
  'signed-file-changed':
    'Get it again from where it was signed. If the change was meant, sign it anew with `aieng sign`.',
  'signed-file-missing': 'Get it again from where it was signed.',
  'unsigned-file': 'Take that file away, or get everything again from where it was signed.',
  'signed-name-differs': 'Get it again from where it was signed: a signature holds for one version only.',
};

/** A signature that does not hold (exit 8): of what, and why. */
export const refusal = (code: RefusalCode, where: string, because: string, cause?: unknown): AiengError =>
  damagedError({
    code,
    message: `The signature of ${where} does not hold: ${because}.`,
    hint: hints[code],
    ...(cause === undefined ? {} : { cause }),
  });
