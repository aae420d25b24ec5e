import { formatCount } from '../statistics/figures.ts';
/** A key of `source:`, and what in the file shows that it is so. */
export interface SourceKey {
  readonly key: string;
  readonly value: string | number | boolean | readonly string[] | null;
  readonly shown?: string;
}

/** What `init` found out about the data. */
export interface ScaffoldFacts {
  readonly name: string;
  /** Path of the data, relative to the root. */
  readonly source: string;
  /** How the data is written, where that is not as it would be without a word. */
  readonly sourceKeys?: readonly SourceKey[];
  readonly label: string;
  readonly task: 'binary' | 'multiclass' | 'regression';
  /** Binary: the class of interest, where one is likely. */
  readonly positive?: string;
  readonly rowId: readonly string[];
  /** Columns that tell a model nothing: ids, constants, empty ones. */
  readonly drop: readonly string[];
  readonly time?: string;
  /** The newest rows judge. */
  readonly splitsByTime?: boolean;
  /** There are times, and a person says that none of them is when a row was. */
  readonly isTimeless?: boolean;
  /** Columns worth judging one by one: categories with few values. */
  readonly slices: readonly string[];
  readonly rows: number;
  /** Where an editor finds what a pipeline file may say: a path from the file, or an address. */
  readonly editorSchema?: string;
}

/** A text as a YAML 1.2 scalar: bare where that is unmistakable, otherwise in double quotes (JSON's are YAML's). */
function scalar(text: string): string {
  const bare = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return bare ? text : JSON.stringify(text);
}

const list = (texts: readonly string[]): string => `[${texts.map(scalar).join(', ')}]`;

const valueOf = (value: SourceKey['value']): string =>
  typeof value === 'string' ? scalar(value) : Array.isArray(value) ? list(value) : String(value);

function sourceLines({ source, sourceKeys = [] }: ScaffoldFacts): string[] {
  if (sourceKeys.length === 0) return [`source: ${scalar(source)}`];
  return [
    '# Where the data is, and how it is written: found out by looking, and not guessed again. See docs/data.md.',
    'source:',
    `  path: ${scalar(source)}`,
    ...sourceKeys.map(
      ({ key, value, shown }) => `  ${key}: ${valueOf(value)}${shown === undefined ? '' : ` # ${shown}`}`,
    ),
  ];
}

const questions: Readonly<Record<ScaffoldFacts['task'], (label: string) => string>> = {
  binary: (label) => `Tell how likely each row is to have ${label}.`,
  multiclass: (label) => `Tell which ${label} each row has.`,
  regression: (label) => `Estimate ${label}.`,
};

function labelLines({ label, task, positive }: ScaffoldFacts): string[] {
  return [
    '# The answer to learn, and what kind of answer it is.',
    'label:',
    `  column: ${scalar(label)}`,
    `  task: ${task}`,
    ...(positive === undefined
      ? []
      : [`  positive: ${scalar(positive)} # the class whose probability is the score`]),
  ];
}

function identityLines({ rowId, time, splitsByTime = false, isTimeless = false }: ScaffoldFacts): string[] {
  const id =
    rowId.length > 0
      ? ['# What identifies a row.', `row_id: ${list(rowId)}`]
      : ['# What identifies a row is a hash of its cells. If a column does: row_id: customer_id'];
  if (time === undefined && isTimeless)
    return [
      ...id,
      '',
      '# No column says when a row was: rows are dealt out at random.',
      'split: { strategy: hash }',
    ];
  if (time === undefined) return id;
  const when = splitsByTime
    ? ['# When a row was: the oldest rows teach, the newest judge.']
    : [
        '# Perhaps when a row was. If it is, let the newest rows judge: split: { strategy: time }',
        '# If rows are to be dealt out at random, say so, and nothing warns of it: split: { strategy: hash }',
      ];
  return [
    ...id,
    '',
    ...when,
    `time: ${scalar(time)}`,
    ...(splitsByTime ? ['split: { strategy: time }'] : []),
  ];
}

function featureLines({ drop }: ScaffoldFacts): string[] {
  return [
    '# auto derives features from every column by its kind. Drop what is not known at prediction time!',
    'features:',
    '  auto: true',
    `  drop: ${list(drop)}`,
    '  # columns:                         # your own chains replace auto for a column',
    '  #   some_amount: [log1p, standard]',
  ];
}

function evaluationLines({ slices, task }: ScaffoldFacts): string[] {
  const metric = task === 'regression' ? 'rmse' : 'log_loss';
  return [
    '# A model is packaged only if it passes every gate on rows that it never saw.',
    'evaluation:',
    `  metric: ${metric}`,
    `  slices: ${list(slices)}`,
    '  gates:',
    '    - better_than: baseline # the best trivial rule: is a model worth having at all?',
    task === 'regression'
      ? '    # - { metric: r2, at_least: 0.5 }'
      : '    # - { metric: accuracy, at_least: 0.8 }',
  ];
}

/**
 * The text of a first pipeline file: what was inferred, with comments that say what to review. Everything that is not
 * in it has a default (docs/pipeline.md).
 */
export function scaffoldPipeline(facts: ScaffoldFacts): string {
  const lines = [
    ...(facts.editorSchema === undefined ? [] : [`# yaml-language-server: $schema=${facts.editorSchema}`]),
    `# ${facts.name}: written by "aieng init" from ${formatCount(facts.rows, 'row')} of ${facts.source}. Yours to edit.`,
    '# Every key that is not here has a default: see docs/pipeline.md. Next: aieng run',
    '',
    '# What the model is for, in one sentence. It stands in the model card: say who decides what with it.',
    `goal: ${JSON.stringify(questions[facts.task](facts.label))}`,
    '',
    ...sourceLines(facts),
    `# What a row is: review it, keep it in git.`,
    `schema: pipelines/${facts.name}.schema.json`,
    '',
    ...labelLines(facts),
    '',
    ...identityLines(facts),
    '',
    ...featureLines(facts),
    '',
    ...evaluationLines(facts),
    '',
    '# The service, on this machine only until you say otherwise.',
    'deploy:',
    '  port: 8080',
    '',
  ];
  // A line break in a name would end a comment: it cannot stand in one.
  return lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')).join('\n');
}
