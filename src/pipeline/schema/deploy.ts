import { choice, key, section } from './keys.ts';
import type { KeySchema } from './keys.ts';

const image = section(
  'The image that the targets container and kubernetes run; `aieng package --image` makes it.',
  {
    repository: key(
      ['string', 'null'],
      null,
      'Where it is pushed to and pulled from, e.g. registry.example.com/ml/churn; null = it stays on this machine.',
      { minLength: 1 },
    ),
    base: key(
      'string',
      'node:20-bookworm-slim',
      'What it is built on: a registry reference (pulled by digest), oci:<folder>, or this-machine (the Node of this machine and its libraries).',
      { minLength: 1 },
    ),
    variant: choice(['serve', 'full'], 'serve', 'serve = what the service needs; full = every command.'),
  },
);

const container = section('Limits of the containers of the target container.', {
  engine: choice(['auto', 'docker', 'podman'], 'auto', 'auto = whichever answers, docker first.'),
  memory_mb: key('integer', 512, 'Most memory, MB.', { minimum: 64, maximum: 1_000_000 }),
  cpus: key('number', 1, 'Most CPUs.', { exclusiveMinimum: 0, maximum: 1024 }),
  pids: key('integer', 128, 'Most processes and threads.', { minimum: 16, maximum: 100_000 }),
});

const claim = section(
  'The volume claim (ReadWriteMany) with the project, the store and the prediction logs.',
  {
    size_gb: key('integer', 10, 'Its size, GiB.', { minimum: 1, maximum: 1_000_000 }),
    storage_class: key(['string', 'null'], null, "null = the cluster's default class.", { minLength: 1 }),
  },
);

const schedule = section('CronJobs that look after the model.', {
  monitor: key(
    ['string', 'null'],
    '*/30 * * * *',
    'When to monitor, a cron expression (UTC); null = never.',
    {
      minLength: 1,
    },
  ),
  retrain: key(
    ['string', 'null'],
    '0 3 * * *',
    'When to ask for retraining, a cron expression (UTC); null = never.',
    {
      minLength: 1,
    },
  ),
});

const batch = section(
  'An Indexed Job for batch prediction, written by `aieng deploy --manifests`; it is not applied.',
  {
    input: key(['string', 'null'], null, 'File, or folder of files, on the claim; null = no Job.', {
      minLength: 1,
    }),
    output: key('string', 'predictions.ndjson', 'File of the claim that the answers are put together in.', {
      minLength: 1,
    }),
    shards: key('integer', 4, 'Pods that share the work.', { minimum: 1, maximum: 10_000 }),
  },
);

const route = section(
  'An HTTPRoute of the Gateway API, written by `aieng deploy --manifests`; it is not applied. It takes the names of `deploy.allowed_hosts`.',
  {
    gateway: key(
      ['string', 'null'],
      null,
      'The Gateway that requests come by, `name` or `namespace/name`; null = no route.',
      { minLength: 1, pattern: '^([a-z0-9]([-a-z0-9]*[a-z0-9])?/)?[a-z0-9]([-.a-z0-9]*[a-z0-9])?$' },
    ),
    canary_namespace: key(
      ['string', 'null'],
      null,
      'Namespace in which a second version runs that gets a share of the requests, by weight; null = none.',
      { minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
    ),
    canary_percent: key('integer', 10, 'Its share, per cent.', { minimum: 0, maximum: 100 }),
  },
);

const kubernetes = section('How a cluster runs it (target kubernetes).', {
  context: key(['string', 'null'], null, 'Context of the kubeconfig; null = the current one.', {
    minLength: 1,
  }),
  namespace: key('string', 'default', 'Namespace; it has to exist.', {
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  }),
  environment: key('string', 'production', 'Name of the kustomize overlay.', {
    minLength: 1,
    maxLength: 63,
    pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  }),
  min_replicas: key('integer', 2, 'Fewest pods.', { minimum: 1, maximum: 10_000 }),
  max_replicas: key('integer', 10, 'Most pods.', { minimum: 1, maximum: 10_000 }),
  target_cpu_percent: key('integer', 70, 'CPU use of the request at which pods are added.', {
    minimum: 1,
    maximum: 100,
  }),
  cpu_millis: key('integer', 250, 'CPU that a pod asks for, thousandths.', {
    minimum: 10,
    maximum: 1_000_000,
  }),
  memory_mb: key(
    ['integer', 'null'],
    null,
    'Memory that a pod asks for, MiB; null = measured before it is deployed.',
    { minimum: 64, maximum: 1_000_000 },
  ),
  service_monitor: key('boolean', false, 'A ServiceMonitor for the Prometheus operator.'),
  tls_secret: key(
    ['string', 'null'],
    null,
    'Name of a Secret of type kubernetes.io/tls in the namespace: pods speak TLS with it, and take a renewed one without a restart. null = plain HTTP.',
    { minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$' },
  ),
  claim,
  schedule,
  batch,
  route,
});

const tokens = (description: string): KeySchema =>
  key('object', {}, description, {
    additionalProperties: { type: 'string', minLength: 1 },
    examples: [{ shop: `sha256:${'9f86d081884c7d65'.repeat(4)}` }],
  });

const auth = section(
  'Tokens that callers send as `Authorization: Bearer <token>`; needed where the service can be reached from other machines. `/health/*` and `/metrics` need none.',
  {
    tokens: tokens(
      'Whose token → its hash, as `aieng token new <name>` prints it, or ${NAME} for a variable that holds the token.',
    ),
    feedback: tokens(
      'The same for `/feedback` alone: where one is given, the tokens above are good for predictions only. Labels decide what is learnt.',
    ),
  },
);

const canary = section(
  'How a bundle that runs beside the version in charge is judged by `monitor`: as a canary it answers a share of the requests, as a shadow it is asked after the answer was given.',
  {
    share: key(
      ['number', 'null'],
      null,
      'Share of the requests that a challenger which `retrain` promotes answers first, as a canary; null = it takes over at once.',
      { exclusiveMinimum: 0, maximum: 1 },
    ),
    min_rows: key('integer', 500, 'Rows that both versions answered before anything speaks for it.', {
      minimum: 1,
    }),
    min_labels: key(
      'integer',
      200,
      'Of these, with a label: they are compared when there are so many, and each time that they have doubled.',
      { minimum: 20 },
    ),
    hours: key('number', 168, 'What is not good enough by then is taken back.', { exclusiveMinimum: 0 }),
    promotion: choice(
      ['auto', 'approve'],
      'auto',
      'auto = `monitor` lets it take over when it is good enough; approve = that waits for `aieng deploy --promote`. Taken back it is by itself.',
    ),
  },
);

const tls = section(
  'TLS (HTTP/1.1) for services of this machine. Renewed files are taken within 10 seconds, without a restart.',
  {
    certificate: key(
      ['string', 'null'],
      null,
      'PEM file with the certificate, followed by those that lead to a known one; null = plain HTTP.',
      { minLength: 1 },
    ),
    key: key(
      ['string', 'null'],
      null,
      'PEM file with its private key, which nobody but its owner may read (of root: its group, too).',
      { minLength: 1 },
    ),
  },
);

/** Where and how the model is served. */
export const deploy = section(
  'How the model is served. `${NAME}` is replaced by the environment variable; records and messages only show its name.',
  {
    target: key(
      'string',
      'local',
      'Where to: local = a supervised service on this machine, container = the same in containers of docker or podman, kubernetes = a cluster.',
      {
        minLength: 1,
      },
    ),
    host: key(
      'string',
      '127.0.0.1',
      'Address that the service listens on; the default is this machine only.',
      {
        minLength: 1,
      },
    ),
    port: key('integer', 8080, 'Public port.', { minimum: 0, maximum: 65_535 }),
    timeout_seconds: key('number', 30, 'How long a new instance may take to get healthy.', {
      exclusiveMinimum: 0,
      maximum: 3600,
    }),
    drain_seconds: key('number', 10, 'How long an old instance may take to finish its requests.', {
      minimum: 0,
      maximum: 3600,
    }),
    body_limit_bytes: key('integer', 1_048_576, 'Largest request; a larger one gets a clear 413.', {
      minimum: 1024,
      maximum: 1_000_000_000,
    }),
    allowed_hosts: key(
      'array',
      [],
      'Names by which callers reach the service, beside its addresses and localhost; *.example.com = every name below. Requests by other names, and from pages of other sites, are refused.',
      {
        items: { type: 'string', pattern: '^(\\*\\.)?[a-z0-9_]([-a-z0-9_.]*[a-z0-9_])?$', maxLength: 253 },
        uniqueItems: true,
      },
    ),
    auth,
    socket: key(
      ['string', 'null'],
      null,
      'Path of a Unix socket that the service listens on in place of host and port (targets local and container); this user alone may connect. null = host and port.',
      { minLength: 1 },
    ),
    tls,
    docs: key(
      'boolean',
      true,
      'A page for people at /docs: what the service answers to, and a form to try a row. It asks as any caller does, with a token where one is needed.',
    ),
    workers: key(
      'integer',
      1,
      'Processes that answer side by side on this machine (target local), each with the model in its memory; 0 = one for each core.',
      { minimum: 0, maximum: 256 },
    ),
    gateway: key(
      'boolean',
      false,
      'true = one process behind a gateway, which sends again what a process that died cannot have seen (target local; containers always have one).',
    ),
    durable: key(
      'boolean',
      false,
      'true = a prediction is answered when its record is on the disk, and refused (503) where it cannot be put there (target local).',
    ),
    canary,
    require_signature: key(
      'boolean',
      false,
      'true = a bundle without a signature that holds (trust.keys) is not deployed, served or used by predict.',
    ),
    image,
    container,
    kubernetes,
  },
);
