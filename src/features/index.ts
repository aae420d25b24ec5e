/** The one code that turns columns into numbers: in training, in batch, in the service and in a browser. */
export { apply, outputNames } from './apply.ts';
export { auto } from './auto.ts';
export { fit } from './fit.ts';
export { parseFeatures } from './parse.ts';
export { describeAuto } from './plan.ts';
export { transformParams, transformSummaries } from './reference.ts';
export type * from './spec.ts';
