import { sampled, sampleDigest } from '../sample.ts';
import { signView } from './view.ts';

const signed = { key: sampleDigest, method: 'key', files: 14 } as const;

/** Outcomes of `sign`, for the suite over all verbs. */
export const samples = sampled(
  signView,
  { result: { ...signed, kind: 'bundle', name: 'churn@3', digest: sampleDigest, written: null } },
  {
    result: {
      ...signed,
      kind: 'image',
      name: `image@sha256:${sampleDigest}`,
      digest: null,
      written: '.aieng/images/a1b2.tar.sig',
    },
  },
);
