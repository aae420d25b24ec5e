/**
 * Strict schemas of the kinds that others define (CRDs), written after their published API and no wider than what is
 * made here: what is not listed is refused.
 */
const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'object', additionalProperties: { type: 'string' } } as const;
const count = { type: 'integer', minimum: 0 } as const;
const duration = { type: 'string', pattern: '^([0-9]+(ms|[smhdwy]))+$' } as const;

const closed = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});

const typed = (spec: object): object =>
  closed({ apiVersion: text, kind: text, metadata: { type: 'object' }, spec }, [
    'apiVersion',
    'kind',
    'metadata',
    'spec',
  ]);

const labelSelector = closed({
  matchLabels: texts,
  matchExpressions: {
    type: 'array',
    items: closed(
      {
        key: text,
        operator: { enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
        values: { type: 'array', items: { type: 'string' } },
      },
      ['key', 'operator'],
    ),
  },
});

const serviceMonitor = typed(
  closed(
    {
      jobLabel: text,
      targetLabels: { type: 'array', items: text },
      podTargetLabels: { type: 'array', items: text },
      sampleLimit: count,
      namespaceSelector: closed({ any: { type: 'boolean' }, matchNames: { type: 'array', items: text } }),
      selector: labelSelector,
      endpoints: {
        type: 'array',
        items: closed({
          port: text,
          targetPort: { type: ['string', 'integer'] },
          path: { type: 'string', pattern: '^/' },
          scheme: { enum: ['http', 'https'] },
          interval: duration,
          scrapeTimeout: duration,
          honorLabels: { type: 'boolean' },
          honorTimestamps: { type: 'boolean' },
        }),
      },
    },
    ['selector', 'endpoints'],
  ),
);

/** Members of a predictor that are KServe's own; every other one is a member of a pod's spec. */
const predictorProperties = {
  minReplicas: count,
  maxReplicas: count,
  scaleTarget: count,
  scaleMetric: { enum: ['cpu', 'memory', 'concurrency', 'rps'] },
  containerConcurrency: count,
  timeout: count,
  canaryTrafficPercent: { type: 'integer', minimum: 0, maximum: 100 },
  labels: texts,
  annotations: texts,
} as const;

const isPredictorsOwn = (key: string): boolean => Object.hasOwn(predictorProperties, key);

/** A kind whose schema is ours. `pod`: where in `spec` a pod's spec is mixed with members of the kind's own. */
export interface CustomKind {
  readonly schema: object;
  readonly pod?: { readonly at: string; readonly isOwn: (key: string) => boolean };
}

export const customKinds: ReadonlyMap<string, CustomKind> = new Map<string, CustomKind>([
  ['monitoring.coreos.com/v1 ServiceMonitor', { schema: serviceMonitor }],
  [
    'serving.kserve.io/v1beta1 InferenceService',
    {
      // The pod's members are judged by the schema of pods, beside this one.
      schema: typed(
        closed({ predictor: { type: 'object', properties: predictorProperties, required: ['containers'] } }, [
          'predictor',
        ]),
      ),
      pod: { at: 'predictor', isOwn: isPredictorsOwn },
    },
  ],
]);
