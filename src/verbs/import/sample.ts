import { sampled, sampleDigest } from '../sample.ts';
import { samplePackage } from '../package/sample.ts';
import { sampleModel } from '../train/sample.ts';
import type { ImportResult } from './result.ts';
import { importView } from './view.ts';

const sampleImport: ImportResult = {
  digest: sampleDigest,
  told: 'LightGBM, objective binary, 120 trees',
  model: {
    version: 1,
    name: 'model.txt',
    format: 'lightgbm',
    files: [{ path: 'model.txt', digest: sampleDigest }],
    inputs: [
      { name: 'tenure', column: 'tenure', kind: 'number' },
      { name: 'contract', column: 'contract', kind: 'category', words: ['Month-to-month', 'One year'] },
    ],
    trainedOn: { file: 'train.csv', rows: 4930, ids: sampleDigest },
    judgedOn: { file: 'fresh.csv', rows: 700, cells: sampleDigest },
    expected: { file: 'expected.csv', rows: 20, tolerance: 1e-6, largest: 2e-9, answers: sampleDigest },
  },
  notes: ['Columns that the model does not look at: gender.'],
  verified: true,
  train: sampleModel,
  package: samplePackage,
};

/** Outcomes of `import`, for the suite over all verbs. */
export const samples = sampled(
  importView,
  { result: sampleImport },
  {
    exitCode: 4,
    result: {
      ...sampleImport,
      model: { ...sampleImport.model, trainedOn: null, judgedOn: null, expected: null },
      verified: false,
      package: null,
    },
  },
);
