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
          tlsConfig: closed({ insecureSkipVerify: { type: 'boolean' }, serverName: text }),
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

const dnsLabel = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 } as const;
const dnsName = { type: 'string', pattern: '^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$', maxLength: 253 } as const;
/** One name below `*.` is any; addresses are no names. */
const hostname = {
  type: 'string',
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  not: { pattern: '^[0-9.]+$' },
  maxLength: 253,
} as const;

const list = (items: object, most: number): object => ({ type: 'array', items, minItems: 1, maxItems: most });

const httpRoute = typed(
  closed(
    {
      parentRefs: list(closed({ name: dnsName, namespace: dnsLabel, sectionName: dnsName }, ['name']), 32),
      hostnames: list(hostname, 16),
      rules: list(
        closed({
          backendRefs: list(
            closed(
              {
                name: dnsName,
                namespace: dnsLabel,
                port: { type: 'integer', minimum: 1, maximum: 65_535 },
                weight: { type: 'integer', minimum: 0, maximum: 1_000_000 },
              },
              ['name', 'port'],
            ),
            16,
          ),
        }),
        16,
      ),
    },
    ['parentRefs', 'rules'],
  ),
);

const referenceGrant = typed(
  closed(
    {
      from: list(
        closed({ group: text, kind: text, namespace: dnsLabel }, ['group', 'kind', 'namespace']),
        16,
      ),
      // The core group has no name.
      to: list(closed({ group: { type: 'string' }, kind: text, name: dnsName }, ['group', 'kind']), 16),
    },
    ['from', 'to'],
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
  ['gateway.networking.k8s.io/v1 HTTPRoute', { schema: httpRoute }],
  ['gateway.networking.k8s.io/v1beta1 ReferenceGrant', { schema: referenceGrant }],
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
