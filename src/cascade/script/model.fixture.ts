import type { TreeModel } from '../../modeling/trees/tree.ts';
import { writeTrees } from '../../modeling/trees/write.ts';

/** A model of one split, as LightGBM would write it: those who have not stayed long leave, or (turned) the others do (see `customers`). */
export const tenureModel = (turned = false): string => writeTrees(modelOf(turned ? -2 : 2));

const modelOf = (leaving: number): TreeModel => ({
  featureNames: ['tenure'],
  featureInfos: ['[1:72]'],
  outputs: 1,
  objective: { name: 'binary', sigmoid: 1, sqrt: false },
  average: false,
  trees: [
    {
      splitFeature: Int32Array.of(0),
      threshold: Float64Array.of(36.5),
      decision: Uint8Array.of(8),
      left: Int32Array.of(-1),
      right: Int32Array.of(-2),
      leafValue: Float64Array.of(leaving, -leaving),
      catBoundaries: Int32Array.of(0),
      catThreshold: new Uint32Array(0),
      internalCount: Float64Array.of(100),
      leafCount: Float64Array.of(50, 50),
    },
  ],
  pandasCategories: [],
});
