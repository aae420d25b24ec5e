import { historyInputs } from '../data/history/rule.ts';
import type { RowSchema } from '../data/schema.ts';
import { grammarVersion, withTextIds } from '../data/schema.ts';
import type { ModelFiles } from '../modeling/model.ts';
import type { ScoredReference } from '../monitoring/reference.ts';
import { bundleDamaged } from './damage.ts';
import { documentCheck } from './documentCheck.ts';
import type { DocumentCheck } from './documentCheck.ts';
import { modelFolder, scoredName } from './layout.ts';
import type { DocumentName } from './layout.ts';
import type { Bundle } from './manifest.ts';
import type { BundleDocuments } from './plan.ts';
import { documentSchemas } from './shapes.ts';

type Documents = Required<BundleDocuments>;
type Checks = { readonly [Name in keyof Documents]: DocumentCheck<Documents[Name]> };

const checks: Checks = {
  'features.json': documentCheck(documentSchemas['features.json']),
  'schema.json': documentCheck(documentSchemas['schema.json']),
  'reference.json': documentCheck(documentSchemas['reference.json']),
  'golden.json': documentCheck(documentSchemas['golden.json']),
  'scored.json': documentCheck(documentSchemas['scored.json']),
  'evaluation.json': documentCheck(documentSchemas['evaluation.json']),
};

/**
 * One JSON file of a bundle, its shape checked: a bundle may come from anywhere, and a digest only says that it was
 * not changed since.
 *
 * @throws damaged (exit 8) when it is not what its name says.
 */
export function readDocument<Name extends DocumentName>(bundle: Bundle, name: Name): BundleDocuments[Name] {
  const where = bundle.manifest.name;
  const content = bundle.files.get(name);
  if (content === undefined) throw bundleDamaged(where, `${name} is missing`);
  return parseDocument(name, content, where);
}

/**
 * The scored rows of a bundle; null in one of before there were any.
 *
 * @throws damaged (exit 8) when they are none.
 */
export function readScored(bundle: Bundle): ScoredReference | null {
  const content = bundle.files.get(scoredName);
  return content === undefined ? null : parseDocument(scoredName, content, bundle.manifest.name);
}

/**
 * What a document of that name says, wherever it is kept.
 *
 * @throws damaged (exit 8) when it is not what its name says.
 */
export function parseDocument<Name extends keyof Documents>(
  name: Name,
  content: Uint8Array,
  where: string,
): Documents[Name] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw bundleDamaged(where, `${name} is not JSON`, error);
  }
  const check: DocumentCheck<Documents[Name]> = checks[name];
  const checked = check(value);
  if ('problem' in checked) throw bundleDamaged(where, `${name}: ${checked.problem}`);
  return checked.document;
}

/**
 * The row schema of a bundle: its ids as texts, and the version of the grammar that its cells were learned by. Bundles of
 * aieng 0.1 say none: theirs is the first.
 *
 * @throws damaged (exit 8) when it is none, or of a later aieng.
 */
export function readBundleSchema(bundle: Bundle): RowSchema {
  const { cells = 1, ...document } = readDocument(bundle, 'schema.json');
  if (cells > grammarVersion)
    throw bundleDamaged(
      bundle.manifest.name,
      `its cells are of version ${cells}, and this aieng knows up to ${grammarVersion}; update aieng`,
    );
  const problem = historyProblem(document);
  if (problem !== undefined) throw bundleDamaged(bundle.manifest.name, `schema.json: ${problem}`);
  const { inputs, row_id } = bundle.manifest;
  return withTextIds(
    cells === 1 ? { ...document, cells } : document,
    row_id,
    inputs.map(({ name }) => name),
  );
}

/** Does every column of a history say what its way takes, and is everything there that it names? */
function historyProblem({ columns, history }: Pick<RowSchema, 'columns' | 'history'>): string | undefined {
  if (history === undefined) return undefined;
  const made = new Set(history.columns.map(({ name }) => name));
  const names = new Set(columns.map(({ name }) => name));
  const missing =
    [...made].find((name) => !names.has(name)) ??
    historyInputs(history).find((name) => !names.has(name) || made.has(name));
  if (missing !== undefined) return `its history names ${missing}, which is no such column`;
  const odd = history.columns.find((column) =>
    column.how === 'lag'
      ? !Number.isInteger(column.rows)
      : column.how === 'rolling' && !(column.windowMs > 0 && typeof column.stat === 'string'),
  );
  return odd === undefined ? undefined : `its history does not say how ${odd.name} is made`;
}

/** The family's own files, by path relative to `model/`. */
export function modelFiles(bundle: Bundle): ModelFiles {
  return new Map(
    [...bundle.files]
      .filter(([path]) => path.startsWith(modelFolder))
      .map(([path, bytes]) => [path.slice(modelFolder.length), bytes]),
  );
}
