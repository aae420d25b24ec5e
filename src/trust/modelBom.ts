import type { Digest } from '../digest.ts';
import { canonicalJson, sha256 } from '../digest.ts';

/** What a bill of materials is a function of. */
export interface BomFacts {
  readonly name: string;
  readonly version: number | null;
  readonly digest: Digest;
  readonly goal: string;
  /** `binary`, `multiclass`, `regression` */
  readonly task: string;
  readonly family: string;
  /** What computes the answers: `tfjs-backend-wasm 4.22.0`. */
  readonly backend: string;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly outputs: readonly string[];
  readonly digests: { readonly data: Digest; readonly features: Digest; readonly code: string };
  readonly files: Readonly<Record<string, { readonly sha256: Digest }>>;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly intervals: Readonly<Record<string, { readonly low: number | null; readonly high: number | null }>>;
  /** Rows that judged it. */
  readonly rows: number;
}

/** Sixteen bytes of a digest as a UUID of version 8 (RFC 9562): the same bundle has the same serial number. */
function uuidOf(digest: Digest): string {
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

const hash = (content: string): { readonly hashes?: readonly object[] } =>
  /^[0-9a-f]{64}$/.test(content) ? { hashes: [{ alg: 'SHA-256', content }] } : {};

const properties = (facts: Readonly<Record<string, string>>): readonly object[] =>
  Object.entries(facts).map(([name, value]) => ({ name: `aieng:${name}`, value }));

/** Metrics of the test part; what could not be computed is left out. */
const metricsOf = ({ metrics, intervals, rows }: BomFacts): readonly object[] =>
  Object.entries(metrics).flatMap(([type, value]) => {
    if (value === null) return [];
    const { low = null, high = null } = intervals[type] ?? {};
    return [
      {
        type,
        value: String(value),
        slice: `test part (${rows} rows)`,
        ...(low === null || high === null
          ? {}
          : { confidenceInterval: { lowerBound: String(low), upperBound: String(high) } }),
      },
    ];
  });

/**
 * The bill of materials of a bundle: CycloneDX 1.6 with the model, its card in figures, the data that it learnt from and
 * every file. A function of the bundle alone: it says no time and no machine.
 */
export function modelBom(facts: BomFacts): string {
  const { name, version, digest, digests, files } = facts;
  const model = `model:${digest}`;
  const data = 'data:training';
  const fileRefs = Object.entries(files).map(([path, { sha256: content }]) => ({
    'bom-ref': `file:${path}`,
    type: 'file',
    name: path,
    ...hash(content),
  }));
  return canonicalJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(sha256(`bom ${name}@${version ?? ''} ${digest}`))}`,
    version: 1,
    metadata: {
      component: {
        'bom-ref': model,
        type: 'machine-learning-model',
        name,
        version: version === null ? digest.slice(0, 12) : String(version),
        description: facts.goal,
        ...hash(digest),
        modelCard: {
          modelParameters: {
            approach: { type: 'supervised' },
            task: facts.task === 'regression' ? 'regression' : 'classification',
            architectureFamily: facts.family,
            modelArchitecture: facts.family,
            datasets: [{ ref: data }],
            inputs: [
              { format: facts.inputs.map(({ name: column, type }) => `${column}: ${type}`).join(', ') },
            ],
            outputs: [{ format: facts.outputs.length === 0 ? 'number' : facts.outputs.join(' | ') }],
          },
          quantitativeAnalysis: { performanceMetrics: metricsOf(facts) },
        },
        properties: properties({
          backend: facts.backend,
          task: facts.task,
          code: digests.code,
          features: digests.features,
        }),
      },
    },
    components: [
      {
        'bom-ref': data,
        type: 'data',
        name: `${name} training data`,
        ...hash(digests.data),
        data: [{ type: 'dataset', name: `${name} training data` }],
      },
      ...fileRefs,
    ],
    dependencies: [{ ref: model, dependsOn: [data, ...Object.keys(files).map((path) => `file:${path}`)] }],
  });
}
