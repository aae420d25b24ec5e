import { basename, extname, isAbsolute, relative, resolve } from 'node:path';
import { holdsPassword, isDatabase, namePart, placeOf, sqlitePath } from '../../data/address.ts';
import type { SourceAccess } from '../../data/source.ts';
import { usageError } from '../../errors.ts';
import { fillAddress } from '../../pipeline/index.ts';
import type { SourceKey } from '../../pipeline/scaffold.ts';
import type { Context } from '../../project/context.ts';
import { accessOf } from '../../project/inputs.ts';
import type { InitOptions } from './options.ts';

/** Where the data is that a project starts from. */
export interface Origin {
  /** As it is opened. */
  readonly path: string;
  /** As the pipeline says it, and messages. */
  readonly source: string;
  /** What the pipeline is called where nobody says it. */
  readonly stem: string;
  /** How an address is asked; undefined for a file. */
  readonly access: SourceAccess | undefined;
  /** Keys of `source:` besides its path. */
  readonly keys: readonly SourceKey[];
}

/** A file's name without what says its format: `rows.csv.gz` → `rows`. */
function stemOf(name: string): string {
  const bare = name.replace(/\.(gz|zst|bz2|zip)$/i, '');
  return bare.slice(0, -extname(bare).length || undefined);
}

const keysOf = ({ table, query, endpoint, allowPrivate }: InitOptions): readonly SourceKey[] => [
  ...(table === undefined ? [] : [{ key: 'table', value: table }]),
  ...(query === undefined ? [] : [{ key: 'query', value: query }]),
  ...(endpoint === undefined ? [] : [{ key: 'endpoint', value: endpoint }]),
  ...(allowPrivate === true ? [{ key: 'allow_private', value: true }] : []),
];

/** The address of a database's file, from the root on. */
function fromRoot(root: string, cwd: string, address: string): string {
  const path = relative(root, resolve(cwd, sqlitePath(address)));
  return `sqlite:${path.replaceAll('\\', '/')}`;
}

function refuseSecret(from: string): void {
  if (!holdsPassword(from)) return;
  throw usageError({
    code: 'password-in-address',
    message:
      '--from: a password stands in the address. It would stand in the pipeline file, and in the history of this shell.',
    hint: 'Put ${PGPASSWORD} in its place, the address in single quotes, and set the variable: export PGPASSWORD=…',
  });
}

/** The environment's values in an address. */
function filled(from: string, context: Context): string {
  const { value, problems } = fillAddress(from, context.environment.variables);
  const [first] = problems;
  if (first === undefined) return value;
  throw usageError({ code: 'variable-not-set', message: `--${first.message}.`, hint: first.hint });
}

function addressOf(context: Context, root: string, from: string, options: InitOptions): Origin {
  refuseSecret(from);
  const address = filled(from, context);
  const place = placeOf(address);
  if (place === undefined)
    throw usageError({
      code: 'source-address',
      message: `--from ${from}: nothing is known of such addresses.`,
      hint: 'Expected a file, or https://, s3://, postgres://, mysql:// or sqlite:. Fetch the file first.',
    });
  const { table, query, endpoint, allowPrivate = false } = options;
  if (isDatabase(place) && (table === undefined) === (query === undefined))
    throw usageError({
      code: 'table-or-query',
      message: `--from ${from}: a database needs to be told what to read of it: a table, or a query.`,
      hint: 'Add --table <name> or --query "select …", one of them.',
    });
  const asked = accessOf(
    { ...context, root },
    {
      table: table ?? null,
      query: query ?? null,
      cursor: null,
      endpoint: endpoint ?? null,
      allow_private: allowPrivate,
      max_bytes: 10 * 2 ** 30,
      timeout: 300,
    },
  );
  const source = place === 'sqlite' ? fromRoot(root, context.environment.cwd, from) : from;
  const path = place === 'sqlite' ? source : address;
  const stem =
    table ?? (stemOf(basename(place === 'sqlite' ? sqlitePath(source) : namePart(address))) || 'model');
  return { path, source, stem, access: asked, keys: keysOf(options) };
}

/** What `--from` means: an address, or the path of a file. */
export function originOf(context: Context, root: string, from: string, options: InitOptions): Origin {
  const { cwd } = context.environment;
  // A variable may stand for all of an address.
  if (placeOf(from) !== 'file' || /^\$\{\w+\}$/.test(from)) return addressOf(context, root, from, options);
  if (keysOf(options).length > 0)
    throw usageError({
      code: 'flag-of-addresses',
      message: `--${keysOf(options)[0]!.key.replace('_', '-')} is for addresses, and ${from} is a file.`,
      hint: 'Take it out, or name an address: https://, s3://, postgres://, mysql:// or sqlite:.',
    });
  const path = resolve(cwd, from);
  const inside = relative(root, path);
  if (inside === '')
    throw usageError({
      code: 'source-is-project',
      message: `--from ${from} is the folder of the project itself: what aieng writes there would be read as rows.`,
      hint: 'Name one file, or put the files into a folder of their own and name that: --from data/.',
    });
  const source = inside.startsWith('..') || isAbsolute(inside) ? path : inside.replaceAll('\\', '/');
  return { path, source, stem: stemOf(basename(path)), access: undefined, keys: [] };
}
