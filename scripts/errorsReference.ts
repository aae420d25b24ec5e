/**
 * docs/errors.md: every code of an error, what is said with it and what to do, read from the sources themselves. What is
 * filled in at run time stands as `…`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { exitMeanings } from '../src/cli/exitMeanings.ts';
import { worldly } from '../src/cli/failure.ts';
import { exitCodes } from '../src/errors.ts';
import type { ExitCode } from '../src/errors.ts';

/** One way in which an error is said. */
interface Said {
  readonly code: string;
  readonly exit: ExitCode | null;
  readonly message: string;
  readonly hint: string;
  /** The folder of src that throws it. */
  readonly room: string;
}

interface Source {
  readonly room: string;
  readonly file: ts.SourceFile;
  /** Texts that have a name: `const hint = '…'`. */
  readonly named: ReadonlyMap<string, ts.Expression>;
  /** Its calls of functions, by their name. */
  readonly calls: ReadonlyMap<string, readonly ts.CallExpression[]>;
}

/** What parameters of a function that makes errors stand for at one of its calls. */
type Given = ReadonlyMap<string, { readonly value: ts.Expression; readonly source: Source }>;

const thrownBy: Readonly<Record<string, ExitCode>> = {
  usageError: exitCodes.usage,
  dataError: exitCodes.dataRejected,
  gateError: exitCodes.gateFailed,
  deployError: exitCodes.deployFailed,
  busyError: exitCodes.busy,
  damagedError: exitCodes.storeDamaged,
};

const mostAlternatives = 6;
const mostHints = 4;

function readSource(root: string, path: string): Source {
  const text = readFileSync(join(root, 'src', path), 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const named = new Map<string, ts.Expression>();
  const calls = new Map<string, ts.CallExpression[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const { text: name } = node.expression;
      calls.set(name, [...(calls.get(name) ?? []), node]);
    }
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      named.set(node.name.text, node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { room: path.includes('/') ? path.slice(0, path.indexOf('/')) : '', file, named, calls };
}

/** What may stand in a place: an empty text is there for nothing. */
const either = (texts: readonly string[]): readonly string[] => {
  const told = [...new Set(texts)].filter((text) => text !== '');
  return told.length === 0 ? [''] : told;
};

/** What an expression may read as; `…` where only a run can say. */
function textsOf(
  node: ts.Expression | undefined,
  source: Source,
  given: Given,
  depth = 0,
): readonly string[] {
  if (node === undefined || depth > 6) return ['…'];
  const inner = (each: ts.Expression | undefined): readonly string[] =>
    textsOf(each, source, given, depth + 1);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return inner(node.expression);
  if (ts.isConditionalExpression(node)) return [...inner(node.whenTrue), ...inner(node.whenFalse)];
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return either([...inner(node.left), ...inner(node.right)]);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return inner(node.left).flatMap((left) => inner(node.right).map((right) => left + right));
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce<readonly string[]>(
      (before, { expression, literal }) =>
        before
          .flatMap((text) => inner(expression).map((filled) => text + filled + literal.text))
          .slice(0, mostAlternatives),
      [node.head.text],
    );
  if (!ts.isIdentifier(node)) return ['…'];
  const argument = given.get(node.text);
  if (argument !== undefined) return textsOf(argument.value, argument.source, new Map(), depth + 1);
  const initializer = source.named.get(node.text);
  return initializer === undefined ? ['…'] : inner(initializer);
}

const memberOf = (literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  for (const property of literal.properties) {
    if (property.name === undefined || !ts.isIdentifier(property.name) || property.name.text !== name)
      continue;
    if (ts.isPropertyAssignment(property)) return property.initializer;
    if (ts.isShorthandPropertyAssignment(property)) return property.name;
  }
  return undefined;
};

/** The exit code: of the function that makes the error, or as it is written. */
function exitOf(literal: ts.ObjectLiteralExpression): ExitCode | null {
  const { parent } = literal;
  const maker = ts.isCallExpression(parent) ? parent.expression.getText() : '';
  const written = memberOf(literal, 'exitCode')?.getText() ?? '';
  const name = /^exitCodes\.(\w+)$/.exec(written)?.[1];
  const [, own = null] = Object.entries(exitCodes).find(([each]) => each === name) ?? [];
  return thrownBy[maker] ?? own;
}

/** An error as it is written: told by its code, with a message. */
const isError = (node: ts.Node): node is ts.ObjectLiteralExpression =>
  ts.isObjectLiteralExpression(node) &&
  memberOf(node, 'code') !== undefined &&
  memberOf(node, 'message') !== undefined &&
  memberOf(node, 'hint') !== undefined &&
  (((ts.isCallExpression(node.parent) || ts.isNewExpression(node.parent)) &&
    /Error$/.test(node.parent.expression.getText())) ||
    memberOf(node, 'exitCode')?.getText().startsWith('exitCodes.') === true);

type Maker = ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression;

/** The function around an error that was written to make errors, with its name. */
function makerOf(node: ts.Node): { readonly maker: Maker; readonly name: string } | null {
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionDeclaration(at) && at.name !== undefined) return { maker: at, name: at.name.text };
    if (
      (ts.isArrowFunction(at) || ts.isFunctionExpression(at)) &&
      ts.isVariableDeclaration(at.parent) &&
      ts.isIdentifier(at.parent.name)
    )
      return { maker: at, name: at.parent.name.text };
  }
  return null;
}

function identifiersIn(node: ts.Node | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (each: ts.Node): void => {
    if (ts.isIdentifier(each)) found.add(each.text);
    ts.forEachChild(each, visit);
  };
  if (node !== undefined) visit(node);
  return found;
}

/** Every call of a function by its name, with what its parameters are there. */
const callsOf = (name: string, maker: Maker, sources: readonly Source[]): readonly Given[] =>
  sources.flatMap((source) =>
    (source.calls.get(name) ?? []).map(
      (call): Given =>
        new Map(
          maker.parameters.flatMap((parameter, index) => {
            const { [index]: value } = call.arguments;
            return ts.isIdentifier(parameter.name) && value !== undefined
              ? [[parameter.name.text, { value, source }] as const]
              : [];
          }),
        ),
    ),
  );

/** What an expression depends on, in the words of the source. */
function conditionsIn(node: ts.Node | undefined): string {
  const found = new Set<string>();
  const visit = (each: ts.Node): void => {
    if (ts.isConditionalExpression(each)) found.add(each.condition.getText());
    ts.forEachChild(each, visit);
  };
  if (node !== undefined) visit(node);
  return [...found].sort().join('\n');
}

/** As many hints as messages, of the same conditions: each has its own. Else no reader of the sources can tell which goes with which. */
function hintOf(index: number, messages: number | null, hints: readonly string[]): string {
  if (hints.length === messages) return hints[index] ?? '';
  const told = either(hints).filter((hint) => hint !== '…');
  return told.slice(0, mostHints).join(' **or** ');
}

function saidBy(
  literal: ts.ObjectLiteralExpression,
  source: Source,
  sources: readonly Source[],
): readonly Said[] {
  const [code, message, hint] = ['code', 'message', 'hint'].map((name) => memberOf(literal, name));
  const around = makerOf(literal);
  const paired = conditionsIn(message) === conditionsIn(hint);
  const used = new Set([code, message, hint].flatMap((each) => [...identifiersIn(each)]));
  const handsOn = around?.maker.parameters.some(({ name }) => used.has(name.getText())) ?? false;
  const exported =
    around !== null && (ts.getCombinedModifierFlags(around.maker) & ts.ModifierFlags.Export) !== 0;
  const calls =
    around !== null && handsOn ? callsOf(around.name, around.maker, exported ? sources : [source]) : [];
  return (calls.length === 0 ? [new Map() as Given] : calls).flatMap((given) =>
    textsOf(code, source, given).flatMap((name) =>
      textsOf(message, source, given)
        .slice(0, mostAlternatives)
        .map((text, index, texts) => ({
          code: name,
          exit: exitOf(literal),
          message: text,
          hint: hintOf(index, paired ? texts.length : null, textsOf(hint, source, given)),
          room: source.room,
        })),
    ),
  );
}

/** Codes that are handed to a function whose parameter is called `code`, and told by a text that only it knows. */
function handedCodes(sources: readonly Source[]): readonly Said[] {
  const takes = new Map<string, number>();
  for (const { file } of sources) {
    const visit = (node: ts.Node): void => {
      const name =
        ts.isFunctionDeclaration(node) && node.name !== undefined
          ? node.name.text
          : ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent)
            ? node.parent.name.getText()
            : undefined;
      if (name !== undefined && (ts.isFunctionDeclaration(node) || ts.isArrowFunction(node))) {
        const at = node.parameters.findIndex(
          (parameter) =>
            parameter.name.getText() === 'code' && parameter.type?.kind === ts.SyntaxKind.StringKeyword,
        );
        if (at !== -1) takes.set(name, at);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return sources.flatMap((source) =>
    [...takes].flatMap(([name, at]) =>
      (source.calls.get(name) ?? []).flatMap((call) => {
        const code = call.arguments[at];
        return code !== undefined && ts.isStringLiteral(code)
          ? [{ code: code.text, exit: null, message: '…', hint: '…', room: source.room }]
          : [];
      }),
    ),
  );
}

/** What the reader of the command line finds, in its words (`src/cli/usage.ts`). */
const typed: readonly (readonly [code: string, message: string, hint: string])[] = [
  [
    'unknown-command',
    "Unknown command '…'.",
    'See `aieng --help`. **or** Did you mean `aieng …`? See `aieng --help`.',
  ],
  [
    'unknown-option',
    "Unknown option '…'.",
    'See `aieng … --help`. **or** Did you mean …? See `aieng … --help`.',
  ],
  [
    'invalid-argument',
    '… is …, got "…".',
    'See `aieng … --help`. **or** Did you mean …? See `aieng … --help`.',
  ],
  ['invalid-argument', "Option '…' argument '…' is invalid. ….", 'See `aieng … --help`.'],
  ['missing-argument', "Missing required argument '…'.", 'For example `aieng …`. See `aieng … --help`.'],
  [
    'missing-mandatory-option-value',
    "Required option '…' not specified.",
    'For example `aieng …`. See `aieng … --help`.',
  ],
  ['option-missing-argument', "Option '…' argument missing.", 'See `aieng … --help`.'],
  ['excess-arguments', "Too many arguments for '…'. Expected … but got ….", 'See `aieng … --help`.'],
];

/** What the reader of the command line and the system say: no text of ours has the code. */
const fromOutside = (): readonly Said[] =>
  [
    ...typed,
    ...Object.entries(worldly).map(
      ([code, [says, hint]]) => [code.toLowerCase(), `Cannot use …: ${says}.`, hint] as const,
    ),
  ].map(([code, message, hint]) => ({ code, message, hint, exit: exitCodes.usage, room: 'cli' }));

/** Every error of src. */
export function errorsOf(root: string): readonly Said[] {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !/((\.(test|fixture))|(^|\/)sample)\.ts$/.test(path))
    .sort()
    .map((path) => readSource(root, path));
  const thrown = sources.flatMap((source) => {
    const found: Said[] = [];
    const visit = (node: ts.Node): void => {
      if (isError(node)) found.push(...saidBy(node, source, sources));
      ts.forEachChild(node, visit);
    };
    visit(source.file);
    return found;
  });
  return [...thrown, ...handedCodes(sources), ...fromOutside()];
}

/** What the page calls the rooms; several rooms may be one section. */
const sections: readonly (readonly [title: string, rooms: readonly string[]])[] = [
  ['Commands and projects', ['', 'cli', 'verbs', 'project', 'environment', 'accepts']],
  ['Pipeline file and row schema', ['pipeline', 'formula']],
  ['Data', ['data', 'validation', 'disk']],
  ['Features and own code', ['features', 'ownCode', 'scripting']],
  ['Models and evaluation', ['modeling', 'evaluation', 'cascade', 'statistics']],
  ['Bundles, images, places without aieng', ['packaging', 'image', 'portable', 'inference']],
  ['Services and deployments', ['serving', 'deployment', 'ui']],
  [
    'Labels, monitoring, retraining, alerts',
    ['traffic', 'monitoring', 'retraining', 'alerting', 'reporting'],
  ],
  ['Schedules', ['scheduling', 'cron']],
  ['Store and records', ['store', 'tracking']],
  ['Trust', ['trust']],
];

/** One line of Markdown: outside of code, what looks like markup is text. */
const line = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/…(?:[ ,]*…)+/g, '…')
    .split('`')
    .map((part, index) =>
      index % 2 === 0 ? part.replaceAll(/[<|_]|(?<!\*)\*(?!\*)/g, (sign) => `\\${sign}`) : part,
    )
    .join('`')
    .trim();

function entry(code: string, all: readonly Said[]): readonly string[] {
  const exits = [...new Set(all.flatMap(({ exit }) => (exit === null ? [] : [exit])))].sort((a, b) => a - b);
  const told = new Map(
    all
      .map(({ message, hint }) => [line(message), line(hint)] as const)
      .filter(([message]) => /\p{L}/u.test(message)),
  );
  return [
    `### ${code}`,
    '',
    ...(exits.length === 0 ? [] : [`Exit ${exits.join(' or ')}.`, '']),
    ...[...told]
      .slice(0, mostAlternatives)
      .map(([message, hint]) => `- ${message}${/\p{L}/u.test(hint) ? ` **→** ${hint}` : ''}`),
    ...(told.size > mostAlternatives ? [`- … and ${told.size - mostAlternatives} more`] : []),
    ...(told.size === 0 ? ['Its message says what, where, got and expected.'] : []),
    '',
  ];
}

/** The page. */
export function errorsReference(root: string): string {
  const all = errorsOf(root);
  const byCode = grouped(all);
  const roomsKnown = new Set(sections.flatMap(([, rooms]) => rooms));
  const stray = all.filter(({ room }) => !roomsKnown.has(room)).map(({ room }) => room);
  if (stray.length > 0)
    throw new Error(
      `scripts/errorsReference.ts has no section for src/${[...new Set(stray)].join(', src/')}.`,
    );
  // What tells another error again has its code: it stands where that one is made.
  const codes = [...byCode.keys()].filter((code) => /^[a-z0-9…-]*[a-z][a-z0-9…-]*$/.test(code)).sort();
  return [
    '# Errors',
    '',
    'Generated from the sources by `scripts/docs.ts`; `npm test` compares.',
    '',
    'Every error has a code for scripts (`error.code` of `--json`), a message that says what, where, got and expected, and one thing to do (`error.hint`). Here stand all codes with what is said with them, and after **→** what',
    'to do; `…` is filled in by the error itself. The exit code says who has to act:',
    '',
    '| exit | says |',
    '|---|---|',
    ...Object.entries(exitMeanings).map(([exit, meaning]) => `| ${exit} | ${line(meaning)} |`),
    '',
    ...sections.flatMap(([title, rooms]) => {
      const own = codes.filter((code) => rooms.includes(byCode.get(code)?.[0]?.room ?? '-'));
      return own.length === 0
        ? []
        : [`## ${title}`, '', ...own.flatMap((code) => entry(code, byCode.get(code) ?? []))];
    }),
  ].join('\n');
}

function grouped(all: readonly Said[]): ReadonlyMap<string, readonly Said[]> {
  const byCode = new Map<string, Said[]>();
  for (const said of all) byCode.set(said.code, [...(byCode.get(said.code) ?? []), said]);
  return byCode;
}
