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

type Cells = Record<string, string | number | null>;

function checkRow(row: unknown, at: string, issues: { path: string; message: string }[]): Cells {
  const cells: Cells = {};
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    issues.push({ path: at, message: 'expected an object' });
    return cells;
  }
  const given = new Map<string, unknown>(Object.entries(row));
  for (const name of given.keys())
    if (!fakeManifest.inputs.some((column) => column.name === name))
      issues.push({ path: `${at}/${name}`, message: 'unknown field' });
  for (const { name, type, required, nullable } of fakeManifest.inputs) {
    const value = given.get(name);
    if (value === undefined) {
      if (required) issues.push({ path: `${at}/${name}`, message: 'missing' });
      cells[name] = null;
    } else if (value === null) {
      if (!nullable) issues.push({ path: `${at}/${name}`, message: 'may not be null' });
      cells[name] = null;
    } else if (type === 'boolean' && typeof value === 'boolean') cells[name] = String(value);
    else if (type === 'string' && typeof value === 'string') cells[name] = value;
    else if (typeof value === 'number' && (type === 'number' || type === 'integer')) {
      if (!Number.isFinite(value)) issues.push({ path: `${at}/${name}`, message: 'not a finite number' });
      cells[name] = value;
    } else issues.push({ path: `${at}/${name}`, message: `expected ${type}, got ${typeof value}` });
  }
  return cells;
}

/** A tiny logistic model with a real row check: what the service needs of a predictor, without TensorFlow.js. */
export function fakePredictor(changes: Partial<ServingPredictor> = {}): ServingPredictor {
  return {
    manifest: fakeManifest,
    digest,
    version: 3,
    predictRows: (rows, pointer) => {
      const issues: { path: string; message: string }[] = [];
      const cells = rows.map((row, index) => checkRow(row, pointer(index), issues));
      if (issues.length > 0) return { answers: [], issues };
      const answers = cells.map((features) => {
        const yes =
          1 / (1 + Math.exp(0.05 * Number(features['tenure']) - 0.01 * Number(features['charges'] ?? 60)));
        return {
          rowId: `row-${features['tenure'] ?? ''}`,
          prediction: yes >= 0.5 ? 'Yes' : 'No',
          probabilities: { No: 1 - yes, Yes: yes },
          scores: [1 - yes, yes],
          features,
        };
      });
      return { answers, issues };
    },
    dispose: () => undefined,
    ...changes,
  };
}

/** A row that the fake model accepts. */
export const fakeRow = { tenure: 12, charges: 70.5, contract: 'One year', senior: false };
