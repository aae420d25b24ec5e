import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/**
 * Unit tests that put something else in the place of a module need a module registry of their own. All others share
 * one: most of the time of many small files is loading the same modules again.
 */
const mocking = readdirSync(`${import.meta.dirname}/src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `src/${file}`)
  .filter((file) =>
    /vi\.mock\(|powerCut\.fixture/.test(readFileSync(`${import.meta.dirname}/${file}`, 'utf8')),
  );

/** Real engines, registries, cron, and what a cluster would get: a stage of its own in CI. */
const places = [
  'databases',
  'objectStore',
  'image',
  'imageRegistry',
  'container',
  'places',
  'trainInImage',
  'scriptContainer',
  'schedule',
  'kustomize',
  'kubernetes*',
  'prometheus',
].map((name) => `test/system/${name}.test.ts`);

/**
 * Suites of the same kinds that take longest: they try everything that could be wrong with a bundle, a machine, a stage's
 * code, a family, or somebody's data. A stage of their own in CI, so that `npm test` stays short.
 */
const thorough = [
  ...[
    'dirty',
    'drift',
    'families',
    'fitness',
    'keys',
    'labels',
    'onnxExport',
    'portable',
    'stageCode',
    'storeProcesses',
    'targets',
  ].map((name) => `test/conformance/${name}.test.ts`),
  ...[
    'badInputBundle',
    'badInputData',
    'badInputMachine',
    'badInputPipeline',
    'badInputPlaces',
    'output',
    'service',
  ].map((name) => `test/cli/${name}.test.ts`),
  ...[
    'cascade/crossFitting',
    'cascade/leakage',
    'data/cells/plainBytes',
    'data/sources/compression/compression',
    'deployment/targets/kubernetes/check/schemaCheck',
    'monitoring/performance',
    'project/expireTraffic',
    'reporting/validation',
    'statistics/exchange',
    'validation/fitness/lookalikes',
    'validation/fitness/planted',
    'verbs/doctor/repair',
    'verbs/doctor/upgrade',
    'verbs/forget/forget',
    'verbs/predict/predictShard',
    'verbs/approve/approve',
    'verbs/retrain/retrain',
  ].map((name) => `src/${name}.test.ts`),
];

// `npm test` runs unit, mocking, conformance and cli; what is thorough, the system project (servers, kills, packages) and
// the places are CI's own stages.
export default defineConfig({
  test: {
    // What one project transformed is there for the next one, and for the next run.
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/vitest-modules' },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts'],
          exclude: [...mocking, ...thorough],
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { test: { name: 'mocking', include: mocking, testTimeout: 30_000 } },
      {
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          exclude: thorough,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'cli',
          include: ['test/cli/**/*.test.ts'],
          exclude: thorough,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: { name: 'thorough', include: thorough, testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        test: {
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          exclude: places,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'places',
          include: places,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      // `npm run test:cluster`: against the cluster of KUBECONFIG, by hand; never part of CI.
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
