/**
 * The architecture as a failing test (docs/architecture.md). Each rule says why.
 * `import type` is free: only what exists after compilation counts, but for cycles and orphans.
 */
const rooms =
  'pipeline|store|data|validation|features|modeling|inference|evaluation|packaging|image|serving|traffic|deployment|scheduling|monitoring|alerting|retraining|reporting|trust|ownCode|environment|scripting|portable|ui';
const leaves =
  '^src/(statistics/|disk/|cron/|formula/|data/(cells/|history/(rule|schema|compute)\\.ts|columns\\.ts|schema\\.ts|personal\\.ts|task\\.ts|dialect\\.ts|address\\.ts)|errors\\.ts|validityOf\\.ts|digest\\.ts|shape\\.ts|accepts\\.ts|random\\.ts|optionalPeer\\.ts|alertWords\\.ts|hash\\.ts|serviceAddress\\.ts|work\\.ts|ownCells\\.ts|suggest\\.ts|ownFolder\\.ts|retry\\.ts|deadline\\.ts|tar\\.ts|utc\\.ts)';

/** Rooms may not import each other, but for the exceptions that are listed. */
const roomAllows = {
  inference: '^src/(features|modeling|validation|data)/',
  serving: '^src/(inference|traffic)/',
  packaging: '^src/inference/',
  // A model that runs elsewhere answers by what answers here: the predictor, the service's door, the golden check.
  portable:
    '^src/(inference|modeling|data|features)/|^src/packaging/(golden|manifest)\\.ts|^src/serving/((answering|health|problem|rowJsonSchema|metrics)\\.ts|bodies/(bounds|jsonBody)\\.ts|protocols/(native|answerText)\\.ts|docsPage/style\\.ts)',
  modeling: '^src/features/',
  monitoring: '^src/(features|traffic)/',
  // The pages in the browser draw with the charts and the pieces of the reports: one look, one charting library.
  ui: '^src/reporting/',
  retraining: '^src/traffic/',
  // Label files are rows: read, named and told of as rows are.
  traffic: '^src/data/(openRows|dialect|rowId|told)\\.ts',
};
const roomRules = rooms.split('|').map((room) => ({
  name: `room-${room}-stands-alone`,
  comment: 'Rooms pass plain data through verbs and stages; an import between rooms hides a door.',
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^src/',
    pathNot: [`^src/${room}/`, leaves, ...(roomAllows[room] ? [roomAllows[room]] : [])].join('|'),
  },
}));

const heavy =
  'node_modules/(@tensorflow|@duckdb|@hono|@kubernetes|kubernetes-models|pg|mysql2|node-sqlite3-wasm|@aws-sdk|@smithy|nodemailer|onnxruntime-web)/';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const rules = [
  {
    name: 'no-circular',
    comment: 'A cycle has no first page to read; one of types no more than one of values.',
    severity: 'error',
    from: { pathNot: 'node_modules' },
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nobody imports is dead.',
    severity: 'error',
    from: {
      orphan: true,
      path: '^src/',
      pathNot: ['\\.test\\.ts$', '^src/index\\.ts$', '^src/cli/main\\.ts$', '\\.d\\.ts$'],
    },
    to: {},
  },
  ...roomRules,
  {
    name: 'bytes-come-from-files',
    comment:
      "A stage imports files, not a room's index: its digest covers what it uses, and a reader sees what that is.",
    severity: 'error',
    from: { path: '^src/cascade/stages/', pathNot: '\\.test\\.ts$' },
    to: { path: '^src/[^/]+/index\\.ts$', reachable: true },
  },
  {
    name: 'never-upward',
    comment: 'bin → cli → verbs → cascade → project → tracking → rooms → leaves.',
    severity: 'error',
    from: { path: `^src/(${rooms}|statistics|disk|cron|formula)/`, pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: '^src/(cli|verbs|cascade|project|tracking)/' },
  },
  {
    name: 'verbs-do-not-know-cli',
    comment: 'Never upward: only cli prints.',
    severity: 'error',
    from: { path: '^src/(verbs|cascade|project|tracking)/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: '^src/cli/' },
  },
  {
    name: 'cascade-project-and-tracking-do-not-know-verbs',
    comment: 'Never upward: what several verbs need lies below them.',
    severity: 'error',
    from: { path: '^src/(cascade|project|tracking)/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: '^src/verbs/' },
  },
  {
    name: 'project-and-tracking-do-not-know-cascade',
    comment: 'Never upward: cascade → project → tracking.',
    severity: 'error',
    from: { path: '^src/(project|tracking)/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: '^src/cascade/' },
  },
  {
    name: 'tracking-does-not-know-project',
    comment: 'Never upward: a record is read without opening a project.',
    severity: 'error',
    from: { path: '^src/tracking/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: '^src/project/' },
  },
  {
    name: 'a-verb-stands-alone',
    comment:
      'A verb does not import another verb: what both need lies in project or cascade. `run` is train, package and deploy one after the other, `import` train and package of a model from elsewhere, and nothing else.',
    severity: 'error',
    from: {
      path: '^src/verbs/([^/]+)/',
      pathNot: '^src/verbs/(run|import|view)/|\\.(test|fixture)\\.ts$|/sample\\.ts$',
    },
    to: { path: '^src/verbs/[^/]+/', pathNot: '^src/verbs/($1|view)/' },
  },
  {
    name: 'a-view-computes-nothing',
    comment: 'How a result is told needs the result and nothing else.',
    severity: 'error',
    from: { path: '^src/verbs/view/' },
    to: { path: `^src/(${rooms}|cascade|project|tracking)/` },
  },
  {
    name: 'cli-goes-through-verbs',
    comment: 'The command line is flags, one call of a verb, print.',
    severity: 'error',
    from: { path: '^src/cli/', pathNot: '\\.test\\.ts$' },
    to: { path: `^src/(${rooms}|cascade)/`, pathNot: '^src/environment/' },
  },
  {
    name: 'leaves-are-leaves',
    comment: 'statistics, errors, digest and random import nothing of ours but each other.',
    severity: 'error',
    from: { path: leaves, pathNot: '\\.test\\.ts$' },
    to: { path: '^src/', pathNot: leaves },
  },
  {
    name: 'features-and-statistics-run-anywhere',
    comment:
      'The one feature module runs in training, batch, service and browser: no Node, no TensorFlow, no digest.',
    severity: 'error',
    from: { path: '^src/(features|statistics)/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { path: 'node_modules|^src/digest\\.ts' },
  },
  {
    name: 'features-and-statistics-no-node',
    comment: 'As above: no Node built-ins.',
    severity: 'error',
    from: { path: '^src/(features|statistics)/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'world-only-at-the-edges',
    comment: 'File system, network and processes are touched at the edges only (house rule 4).',
    severity: 'error',
    from: {
      path: '^src/',
      pathNot:
        '^src/(data/(remote|sources|sinks|duckdb)|pipeline/(load|names|projectFiles)|store/backends|image/(bases|registry|software|blobs|layout)|traffic|disk|deployment/|alerting/sinks|scripting|scheduling/schedulers|modeling/(networks/backend|families/gbdt/kernel/helpers)|cascade/search/foldThreads|environment|portable/write/runtimeFile|serving|ui/server|cli)|\\.(test|fixture)\\.ts$',
    },
    to: {
      dependencyTypes: ['core'],
      path: '^(node:)?(fs|fs/promises|net|http|https|child_process|dgram|tls|worker_threads|cluster)$',
    },
  },
  {
    name: 'heavy-packages-are-lazy',
    comment: '`aieng --help` must load none of them.',
    severity: 'error',
    from: { path: '^src/', pathNot: '\\.test\\.ts$' },
    to: { path: heavy, dynamic: false },
  },
  {
    name: 'heavy-packages-have-one-owner',
    comment: 'Each heavy package lives in the room that owns it.',
    severity: 'error',
    from: {
      path: '^src/',
      pathNot: '^src/(modeling|data|serving|reporting|deployment|alerting|ui)/|\\.test\\.ts$',
    },
    to: { path: heavy },
  },
  {
    name: 'not-to-dev-dep',
    comment: 'A user has no devDependencies.',
    severity: 'error',
    from: { path: '^src/', pathNot: '\\.(test|fixture)\\.ts$' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only', 'type-import'] },
  },
  {
    name: 'not-to-unresolvable',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: 'tfjs-node' },
  },
  {
    name: 'not-to-test',
    comment: 'Nothing depends on a test.',
    severity: 'error',
    from: { pathNot: '\\.test\\.ts$|^(test|bench|scripts)/' },
    to: { path: '\\.test\\.ts$|^(test|bench|scripts)/' },
  },
];

/** Rules that see an `import type` as well: two files that name each other's types cannot be read one after the other. */
const alsoTypes = ['no-circular', 'no-orphans', 'bytes-come-from-files'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: rules.map((rule) =>
    alsoTypes.includes(rule.name)
      ? rule
      : { ...rule, to: { dependencyTypesNot: ['type-only', 'type-import'], ...rule.to } },
  ),
  options: {
    // Parts of the build import each other in circles, which no source does.
    doNotFollow: { path: ['node_modules', '^dist/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
