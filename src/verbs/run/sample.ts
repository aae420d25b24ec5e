import { sampled } from '../sample.ts';
import { sampleDeployment } from '../deploy/sample.ts';
import { samplePackage } from '../package/sample.ts';
import { runView } from './view.ts';

/** Outcomes of `run`, for the suite over all verbs. */
export const samples = sampled(
  runView,
  { result: { package: samplePackage, deploy: sampleDeployment } },
  { result: { package: samplePackage, deploy: null } },
);
