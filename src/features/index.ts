/** The one code that turns columns into numbers: in training, in batch, in the service and in a browser. */
export { apply, outputNames } from './apply.ts';
export { auto } from './auto.ts';
export { encodedRows, featureRows } from './encode.ts';
export type { EncodedRows, FeatureRows } from './encode.ts';
export { fit } from './fit.ts';
export { parseFeatures } from './parse.ts';
export { describeAuto } from './plan.ts';
export { prepare } from './prepare.ts';
export type { Prepared, PreparedColumn } from './prepared.ts';
export { transformParams, transformSummaries } from './reference.ts';
export type * from './spec.ts';
