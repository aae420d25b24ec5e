import { sampled } from '../sample.ts';
import { sampleDeployment } from '../deploy/sample.ts';
import { samplePackage } from '../package/sample.ts';
import { sampleModel } from '../train/sample.ts';
import { runView } from './view.ts';

/** Outcomes of `run`, for the suite over all verbs. */
export const samples = sampled(
  runView,
  { result: { train: sampleModel, package: samplePackage, deploy: sampleDeployment } },
  { result: { train: sampleModel, package: samplePackage, deploy: null } },
);
