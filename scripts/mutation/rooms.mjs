/**
 * The rooms that decide, by name: which files are mutated, and which tests have to notice. A room is proven by its own
 * tests (and the conformance suite of its kinds), not by a training five floors above that happens to pass through it.
 *
 * @typedef {{mutate: string[], tests: string[], keys?: true}} Room globs relative to the root; `keys`: its
 *   objects are hashed, so that each of their properties is taken away too
 */

/** @param {string} folder @returns {string} */
const sources = (folder) => `src/${folder}/**/*.ts`;
/** @param {string} folder @returns {string} */
const testsOf = (folder) => `src/${folder}/**/*.test.ts`;
/** @param {string} name @returns {string} */
const conformance = (name) => `test/conformance/${name}.test.ts`;

/** @type {Record<string, Room>} */
export const rooms = {
  statistics: {
    mutate: [sources('statistics')],
    tests: [testsOf('statistics'), conformance('metrics'), conformance('shareChange')],
  },
  validation: {
    mutate: [sources('validation')],
    tests: [
      testsOf('validation'),
      conformance('checks'),
      conformance('expectations'),
      conformance('shareChange'),
    ],
  },
  evaluation: { mutate: [sources('evaluation')], tests: [testsOf('evaluation'), conformance('baselines')] },
  modeling: {
    mutate: ['src/modeling/protocol/choose.ts', 'src/modeling/protocol/calibration.ts'],
    tests: ['src/modeling/protocol/choose.test.ts', 'src/modeling/protocol/calibration*.test.ts'],
  },
  monitoring: {
    mutate: [sources('monitoring')],
    tests: [testsOf('monitoring'), conformance('drift'), conformance('shareChange')],
  },
  retraining: { mutate: [sources('retraining')], tests: [testsOf('retraining')] },
  splitting: {
    mutate: ['src/data/splitting.ts'],
    tests: ['src/data/splitting.test.ts'],
  },
  cells: { mutate: [sources('data/cells')], tests: [testsOf('data/cells')] },
  traffic: { mutate: [sources('traffic')], tests: [testsOf('traffic')] },
  store: {
    mutate: [sources('store'), sources('tracking'), sources('disk')],
    tests: [
      testsOf('store'),
      testsOf('tracking'),
      testsOf('disk'),
      conformance('store'),
      conformance('records'),
      conformance('durability'),
    ],
  },
  // What a stage depends on and when it runs again; what it computes is proven by the rooms that compute it.
  cascade: {
    mutate: [
      'src/cascade/{key,plan,staleness,memory,stage,cascade,split,snapshotRows,preparedDigest}.ts',
      sources('cascade/stages'),
    ],
    tests: [testsOf('cascade'), conformance('keys')],
    keys: true,
  },
};

/** No test and no scaffold of a test is mutated. */
export const neverMutated = ['!src/**/*.test.ts', '!src/**/*.fixture.ts'];
