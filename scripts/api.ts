/**
 * Writes docs/api: a page for each function and type of src/index.ts, from their docstrings. `--check` compares instead and
 * exits 1 where a page is out of date.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Application, Converter, LogLevel, ReflectionKind, TSConfigReader } from 'typedoc';
import type { Context, SignatureReflection } from 'typedoc';
import { load } from 'typedoc-plugin-markdown';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'docs', 'api');
const rendered = join(root, 'node_modules', '.cache', 'aieng-api');

/** Types that pages name and that nobody has to write: parts of a loaded pipeline (docs/pipeline.md) and of aieng's inside. */
const inside = [
  ...['AlertsSection', 'BatchSection', 'DeploySection', 'EvaluationSection', 'LabelSection', 'LogsSection'],
  ...['ModelSection', 'MonitorSection', 'PackageSection', 'RetrainSection', 'SourceSection', 'SplitSection'],
  ...['Chains', 'Expectation', 'FeaturesSpec', 'HistoryRule', 'RollingStat', 'TrustSection'],
  ...['Held', 'LinkedProcess', 'News', 'Searched', 'Seen', 'StageCode', 'Store'],
];

/** A function's page names the type that it gives, as the source does; left alone, it would spell out all of its members. */
function namedReturn(
  context: Context,
  signature: SignatureReflection,
  declaration?: ts.SignatureDeclaration | ts.JSDocSignature,
): void {
  if (declaration?.type !== undefined && ts.isTypeNode(declaration.type))
    signature.type = context.converter.convertType(context, declaration.type);
}

/** A type that is made of a shape (src/shape.ts) is told by its members, not by the name of the shape. */
function spellOut(context: Context): void {
  context.setActiveProgram(context.programs[0]);
  for (const reflection of context.project.getReflectionsByKind(ReflectionKind.TypeAlias)) {
    const declaration = context.getSymbolFromReflection(reflection)?.declarations?.[0];
    if (declaration === undefined || !ts.isTypeAliasDeclaration(declaration)) continue;
    if (
      !reflection.isDeclaration() ||
      !/^Shape<|^\(typeof|^Retraining$|\['\w+'\]$/.test(declaration.type.getText())
    )
      continue;
    const type = context.checker.getTypeAtLocation(declaration.name);
    reflection.type = context.converter.convertType(context.withScope(reflection), type);
  }
}

async function render(): Promise<void> {
  const app = await Application.bootstrap(
    {
      entryPoints: [join(root, 'src', 'index.ts')],
      tsconfig: join(root, 'tsconfig.build.json'),
      name: 'TypeScript API',
      router: 'kind',
      readme: 'none',
      disableSources: true,
      disableGit: true,
      excludeExternals: true,
      // Types are checked elsewhere.
      skipErrorChecking: true,
      intentionallyNotExported: inside,
      out: rendered,
      logLevel: LogLevel.Warn,
    },
    [new TSConfigReader()],
  );
  load(app);
  for (const [option, value] of Object.entries({
    entryFileName: 'index',
    hideBreadcrumbs: true,
    hidePageHeader: true,
    useCodeBlocks: true,
  }))
    app.options.setValue(option, value);
  app.converter.on(Converter.EVENT_CREATE_SIGNATURE, namedReturn);
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, spellOut);
  const project = await app.convert();
  if (project === undefined) throw new Error('The sources could not be read.');
  app.validate(project);
  rmSync(rendered, { recursive: true, force: true });
  await app.generateOutputs(project);
  if (app.logger.hasWarnings() || app.logger.hasErrors())
    throw new Error('See above. A type that pages name is exported by src/index.ts, or stands in `inside`.');
}

/** What stands in the pages of a folder, by their place below it. */
function pagesIn(place: string): ReadonlyMap<string, string> {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return new Map(names.map((name) => [name.split(sep).join('/'), readFileSync(join(place, name), 'utf8')]));
}

/** Docstrings name other pages as `docs/json.md#run`: here they are links. A type has no value: ` = taskShape` is how it was written. */
function finished(page: string, text: string): string {
  const up = relative(dirname(`api/${page}`), '.');
  const linked = text.replaceAll(
    /(?<![\w/])docs\/([\w/-]+\.md)(#[\w-]+)?/g,
    (_, path: string, hash?: string) => `[docs/${path}](${up}/${path}${hash ?? ''})`,
  );
  return `${linked.replaceAll(/^(readonly .*|\}) = \w+;$/gm, '$1;').trimEnd()}\n`;
}

mkdirSync(folder, { recursive: true });
await render();
const pages = new Map([...pagesIn(rendered)].map(([page, text]) => [page, finished(page, text)]));
const present = pagesIn(folder);
const gone = [...present.keys()].filter((page) => !pages.has(page));
const outdated = [...pages].filter(([page, text]) => present.get(page) !== text);
if (process.argv.includes('--check')) {
  for (const page of [...gone, ...outdated.map(([name]) => name)])
    console.log(`docs/api/${page} is out of date: run \`npm run api\`.`);
  process.exitCode = gone.length + outdated.length === 0 ? 0 : 1;
} else {
  for (const page of gone) rmSync(join(folder, page));
  for (const [page, text] of outdated) {
    mkdirSync(dirname(join(folder, page)), { recursive: true });
    writeFileSync(join(folder, page), text);
  }
  console.log(`docs/api: ${pages.size} pages, ${outdated.length} written, ${gone.length} taken away`);
}
