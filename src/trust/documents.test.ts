import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { BomFacts } from './modelBom.ts';
import { modelBom } from './modelBom.ts';
import type { MakingRun } from './provenance.ts';
import { provenanceStatement } from './provenance.ts';

const digest = 'a1b2'.repeat(16);
const facts: BomFacts = {
  name: 'churn',
  version: 3,
  digest,
  goal: 'Who is about to leave?',
  task: 'binary',
  family: 'gbdt',
  backend: 'javascript trees 1',
  inputs: [{ name: 'tenure', type: 'integer' }],
  outputs: ['No', 'Yes'],
  digests: { data: digest, features: digest, code: 'source' },
  files: { 'model/trees.json': { sha256: digest }, 'MODEL_CARD.md': { sha256: digest } },
  metrics: { log_loss: 0.41, roc_auc: null },
  intervals: { log_loss: { low: 0.38, high: 0.44 } },
  rows: 600,
};

const { schemas } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/cyclonedx-1.6.schema.json', import.meta.url), 'utf8'),
) as { schemas: object[] };
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
for (const schema of schemas) ajv.addSchema(schema);
const valid = ajv.getSchema('http://cyclonedx.org/schema/bom-1.6.schema.json')!;

describe('the bill of materials', () => {
  it.each([
    ['a class', facts],
    ['a number', { ...facts, task: 'regression', outputs: [], version: null, intervals: {} }],
    ['nothing that was measured', { ...facts, metrics: {}, files: {} }],
  ] as const)('is CycloneDX 1.6, of %s', (_what, given) => {
    const bom: unknown = JSON.parse(modelBom(given));
    expect(valid(bom) ? [] : valid.errors).toEqual([]);
    // What the schema does not see.
    const refs = [...JSON.stringify(bom).matchAll(/"bom-ref":"([^"]+)"/g)].map(([, ref]) => ref);
    expect(new Set(refs).size).toBe(refs.length);
    expect(bom).toMatchObject({ specVersion: '1.6', bomFormat: 'CycloneDX' });
  });

  it('is a function of the bundle: the same twice, another serial number for another bundle or version', () => {
    expect(modelBom(facts)).toBe(modelBom({ ...facts }));
    const serial = (given: BomFacts): string =>
      (JSON.parse(modelBom(given)) as { serialNumber: string }).serialNumber;
    expect(serial(facts)).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(serial({ ...facts, version: 4 })).not.toBe(serial(facts));
    expect(serial({ ...facts, digest: 'b'.repeat(64) })).not.toBe(serial(facts));
  });

  it('does not say what could not be computed', () => {
    expect(modelBom(facts)).not.toContain('roc_auc');
    expect(modelBom(facts)).toContain('"confidenceInterval":{"lowerBound":"0.38","upperBound":"0.44"}');
  });
});

const run: MakingRun = {
  runId: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
  command: 'package',
  pipeline: 'churn',
  startedAt: 1_764_400_000_123,
  endedAt: 1_764_400_004_000,
  git: { commit: 'c0ffee', dirty: true, branch: 'main' },
  environment: { platform: 'linux-x64', node: 'v20.19.0', aieng: '0.3.0' },
  set: [{ key: 'model.gbdt.leaves', value: 63 }],
  stages: { train: { digest, key: digest } },
};
const made = { name: 'churn@3', digest, digests: { data: digest, features: digest, code: 'source' } };

describe('provenance', () => {
  it('is an in-toto statement with SLSA provenance v1', () => {
    const statement: unknown = JSON.parse(provenanceStatement(made, run));
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'churn@3', digest: { sha256: digest } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: expect.stringMatching(/^https:/),
          externalParameters: {
            command: 'package',
            pipeline: 'churn',
            set: [{ key: 'model.gbdt.leaves', value: 63 }],
          },
        },
        runDetails: {
          builder: { id: expect.stringMatching(/^https:/) },
          metadata: {
            invocationId: run.runId,
            startedOn: '2025-11-29T07:06:40Z',
            finishedOn: '2025-11-29T07:06:44Z',
          },
        },
      },
    });
  });

  it('names data, code, commit and versions, and no digest for what has none', () => {
    const { predicate } = JSON.parse(provenanceStatement(made, run)) as {
      predicate: { buildDefinition: { resolvedDependencies: object[] } };
    };
    expect(predicate.buildDefinition.resolvedDependencies).toEqual([
      { name: 'training data', digest: { sha256: digest } },
      { name: 'fitted features', digest: { sha256: digest } },
      { name: 'training code' },
      { name: 'project', digest: { gitCommit: 'c0ffee' }, annotations: { dirty: true, branch: 'main' } },
      { name: 'aieng', uri: 'pkg:npm/aieng@0.3.0' },
      { name: 'node', uri: 'pkg:generic/node@20.19.0' },
    ]);
    expect(provenanceStatement(made, { ...run, git: null })).not.toContain('gitCommit');
  });

  it('is the same for the same record', () => {
    expect(provenanceStatement(made, run)).toBe(provenanceStatement({ ...made }, { ...run }));
  });
});
