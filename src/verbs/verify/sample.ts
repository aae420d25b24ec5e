import { sampled, sampleDigest, sampleInstant } from '../sample.ts';
import type { Verified } from './result.ts';
import { verifyView } from './view.ts';

const signed: Verified = {
  name: 'churn@3',
  digest: sampleDigest,
  state: 'signed',
  because: null,
  code: null,
  key: 'release',
  method: 'key',
  files: 14,
  attached: ['provenance.json', 'ml-bom.cdx.json'],
};
const refused: Verified = {
  ...signed,
  name: 'churn@2',
  state: 'refused',
  because: 'The signature of churn@2 does not hold: "model/trees.json" was changed since it was signed.',
  code: 'signed-file-changed',
  key: null,
  method: null,
  files: null,
  attached: [],
};
const unsigned: Verified = {
  ...refused,
  name: 'churn@1',
  state: 'unsigned',
  because: 'The signature of churn@1 does not hold: it has none.',
  code: 'signature-missing',
};

/** Outcomes of `verify`, for the suite over all verbs. */
export const samples = sampled(
  verifyView,
  { result: { kind: 'bundle', holds: true, at: sampleInstant, verified: [signed], damaged: [] } },
  {
    exitCode: 8,
    result: { kind: 'bundle', holds: false, at: sampleInstant, verified: [refused], damaged: [] },
  },
  {
    exitCode: 8,
    result: {
      kind: 'store',
      holds: false,
      at: sampleInstant,
      verified: [unsigned, refused, signed],
      damaged: ['objects/ab/cd: its content is not what its name says'],
    },
  },
);
