import { rowsFromTable, tableFromRows } from '../../src/data/rows.ts';
import type { RowSchema } from '../../src/data/schema.ts';
import type { Manifest } from '../../src/packaging/manifest.ts';
import type { ServingPredictor } from '../../src/serving/predictor.ts';

const digest = 'd'.repeat(64);

/** A manifest with one column of every JSON type. */
export const fakeManifest: Manifest = {
  manifest_version: 1,
  name: 'churn',
  goal: 'Who will leave?',
  task: { kind: 'binary', classes: ['No', 'Yes'], positive: 'Yes' },
  family: 'linear',
  backend: { name: 'wasm', version: 'test' },
  inputs: [
    {
      name: 'tenure',
      kind: 'number',
      type: 'integer',
      nullable: false,
      required: true,
      closed: false,
      minimum: 0,
      maximum: 72,
    },
    {
      name: 'charges',
      kind: 'number',
      type: 'number',
      nullable: true,
      required: false,
      closed: false,
      minimum: 18.5,
      maximum: 118.75,
    },
    {
      name: 'contract',
      kind: 'category',
      type: 'string',
      nullable: false,
      required: true,
      closed: false,
      domain: ['Month-to-month', 'One year'],
    },
    {
      name: 'senior',
      kind: 'category',
      type: 'boolean',
      nullable: true,
      required: false,
      closed: false,
      trueWords: ['yes'],
      falseWords: ['no'],
    },
  ],
  outputs: ['No', 'Yes'],
  label: 'churned',
  row_id: [],
  metric: 'log_loss',
  threshold: 0.5,
  digests: { data: digest, features: digest, code: digest },
  files: {},
};

/** The contract of the fake model's rows: its inputs, and the label of the training data. */
export const fakeSchema: RowSchema = {
  missing: ['', 'NA'],
  columns: [
    ...fakeManifest.inputs,
    { name: 'churned', kind: 'category', type: 'string', nullable: true, required: true, closed: false },
  ],
};

/** A tiny logistic model with a real row check: what the service needs of a predictor, without TensorFlow.js. */
export function fakePredictor(changes: Partial<ServingPredictor> = {}): ServingPredictor {
  return {
    manifest: fakeManifest,
    schema: fakeSchema,
    digest,
    version: 3,
    predictRows: (rows, pointer, way = 'json', explain = false) => {
      const names = fakeManifest.inputs.map(({ name }) => name);
      const typed = tableFromRows(rows, fakeSchema, names, [], { way, refuseUnknown: true });
      const issues = typed.issues.map(({ row, column, message }) => ({
        path: pointer(row) + (column === '' ? '' : `/${column}`),
        message,
      }));
      if (issues.length > 0) return { answers: [], issues };
      const cells = rowsFromTable(typed.table);
      const answers = cells.map((features) => {
        const yes =
          1 / (1 + Math.exp(0.05 * Number(features['tenure']) - 0.01 * Number(features['charges'] ?? 60)));
        return {
          rowId: `row-${features['tenure'] ?? ''}`,
          prediction: yes >= 0.5 ? 'Yes' : 'No',
          probabilities: { No: 1 - yes, Yes: yes },
          scores: [1 - yes, yes],
          features,
          ...(explain
            ? {
                explanation: {
                  of: 'Yes',
                  scale: 'log odds' as const,
                  base: 0,
                  contributions: { tenure: 1, charges: -1 },
                  margin: 0,
                },
              }
            : {}),
        };
      });
      return { answers, issues };
    },
    explainableRows: () => 2,
    dispose: () => undefined,
    ...changes,
  };
}

/** A row that the fake model accepts. */
export const fakeRow = { tenure: 12, charges: 70.5, contract: 'One year', senior: false };
