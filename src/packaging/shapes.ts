/** JSON Schemas of what a bundle's files hold: as much as keeps a hostile file from getting further. */

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const count = { type: 'integer', minimum: 0 } as const;
const kind = { enum: ['number', 'category', 'time', 'text'] } as const;
const numberOrNull = { type: ['number', 'null'] } as const;

const object = <Properties extends object>(required: readonly string[], properties: Properties) =>
  ({ type: 'object', required: [...required], properties }) as const;

/** See `ColumnSchema`. */
export const columnSchema = {
  ...object(['name', 'kind', 'type', 'nullable', 'required', 'closed'], {
    name: text,
    kind,
    type: { enum: ['number', 'integer', 'boolean', 'string'] },
    nullable: { type: 'boolean' },
    required: { type: 'boolean' },
    domain: texts,
    minimum: { type: 'number' },
    maximum: { type: 'number' },
    closed: { type: 'boolean' },
    description: text,
    trueWords: texts,
    falseWords: texts,
    // What an aieng does not know of a format would be read otherwise than it was learned.
    numberFormat: {
      ...object([], {
        decimal: { enum: ['.', ','] },
        thousands: { enum: ['.', ',', ' ', "'", '_'] },
        grouping: { const: 'indian' },
        currency: text,
        percent: { const: true },
        negative: { enum: ['parentheses', 'trailing-minus', 'minus-sign'] },
        censored: { enum: ['missing', 'bound'] },
        unit: text,
      }),
      additionalProperties: false,
    },
    timeFormat: {
      ...object(['pattern'], {
        pattern: text,
        zone: text,
        overlap: { enum: ['first', 'second'] },
        yearsFrom: { type: 'number' },
      }),
      additionalProperties: false,
    },
    missing: texts,
    merge: { type: 'object', additionalProperties: text },
    pii: { const: true },
    only: { const: 'training' },
  }),
  additionalProperties: false,
} as const;

const costs = { type: 'array', items: { type: 'array', items: { type: 'number', minimum: 0 } } } as const;

/** See `Task`. */
export const taskSchema = {
  type: 'object',
  required: ['kind'],
  oneOf: [
    {
      additionalProperties: false,
      required: ['classes', 'positive'],
      properties: {
        kind: { const: 'binary' },
        classes: { ...texts, minItems: 2, maxItems: 2 },
        positive: text,
        costs,
      },
    },
    {
      additionalProperties: false,
      required: ['classes'],
      properties: { kind: { const: 'multiclass' }, classes: { ...texts, minItems: 2 }, costs },
    },
    { additionalProperties: false, properties: { kind: { const: 'regression' } } },
  ],
} as const;

/** By document: what `readDocument` lets through. */
export const documentSchemas = {
  // Four versions are read; `features/parse` is the parser of what stands in them.
  'features.json': object(['version', 'inputs'], {
    version: { enum: [1, 2, 3, 4] },
    inputs: { type: 'array', items: object(['name', 'kind'], { name: text, kind }) },
  }),
  'schema.json': object(['columns', 'missing'], {
    columns: { type: 'array', items: columnSchema },
    missing: texts,
    cells: count,
    history: object(['by', 'time', 'rows', 'columns'], {
      by: { type: ['string', 'null'] },
      time: text,
      rows: { type: 'integer', minimum: 1, maximum: 1000 },
      columns: {
        type: 'array',
        items: object(['how', 'name', 'column'], {
          how: { enum: ['lag', 'rolling', 'since'] },
          name: text,
          column: { type: ['string', 'null'] },
          rows: { type: 'integer', minimum: 1, maximum: 1000 },
          stat: { enum: ['mean', 'sum', 'min', 'max', 'count'] },
          windowMs: { type: 'number', exclusiveMinimum: 0 },
          equals: { type: ['string', 'null'] },
        }),
      },
    }),
  }),
  'reference.json': (() => {
    const column = object(['name', 'kind', 'rows', 'missing'], {
      name: text,
      kind,
      rows: count,
      missing: count,
      sample: { type: 'array', items: { type: 'number' } },
      mean: numberOrNull,
      std: numberOrNull,
      counts: { type: 'array', items: { type: 'array', minItems: 2, maxItems: 2 } },
    });
    return object(['rows', 'columns', 'predictions', 'performance'], {
      rows: count,
      columns: { type: 'array', items: column },
      predictions: { type: 'array', items: column },
      performance: object(['metric', 'rows', 'metrics'], {
        metric: text,
        rows: count,
        metrics: { type: 'object', additionalProperties: object(['value', 'low', 'high'], {}) },
      }),
    });
  })(),
  'golden.json': object(['backend', 'rows'], {
    backend: object(['name', 'version'], { name: { enum: ['native', 'wasm', 'javascript'] }, version: text }),
    rows: {
      type: 'array',
      items: object(['input', 'features', 'scores'], {
        input: { type: 'object', additionalProperties: { type: ['string', 'number', 'null'] } },
        features: { type: 'string', pattern: '^([0-9a-f]{8})*$' },
        prepared: { type: 'array', items: { type: 'string', pattern: '^([0-9a-f]{8})*$' } },
        scores: { type: 'array', items: { type: 'number' } },
      }),
    },
  }),
  'scored.json': {
    ...object(['outputs', 'scores', 'target'], {
      outputs: { type: 'integer', minimum: 1 },
      scores: { type: 'array', items: { type: 'number' }, maxItems: 1_000_000 },
      target: { type: 'array', items: { type: 'number' }, maxItems: 1_000_000 },
      groups: {
        type: 'array',
        maxItems: 1000,
        items: object(['column', 'bins'], {
          column: text,
          bins: { type: 'string', pattern: '^[0-9a-z]*$', maxLength: 1_000_000 },
        }),
      },
    }),
  },
  'evaluation.json': object(['task', 'rows', 'metric', 'metrics', 'intervals', 'slices', 'baselines'], {
    task: taskSchema,
    rows: count,
    metric: text,
    metrics: { type: 'object' },
    intervals: { type: 'object' },
    slices: { type: 'array' },
    baselines: { type: 'array' },
  }),
} as const;
