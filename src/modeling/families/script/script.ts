import type { Family } from '../../model.ts';
import { imported } from '../imported/imported.ts';
import { scriptParametersShape } from './parameters.ts';

/**
 * A model that a program of the project trains. What the program leaves comes in as a model from elsewhere does, and is one of
 * family `imported` from then on: only pipelines name this family.
 */
export const script: Family = {
  ...imported,
  name: 'script',
  complexity: 10,
  parameters: scriptParametersShape,
};
