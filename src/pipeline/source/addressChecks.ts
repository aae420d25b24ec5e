import {
  credentialsOf,
  holdsPassword,
  isDatabase,
  placeOf,
  schemeOf,
  sqlitePath,
} from '../../data/address.ts';
import type { CheckedPipeline } from '../build.ts';
import type { Problem } from '../problems.ts';
import { problem } from '../problems.ts';

/** The source as it is, and its address as it is written, before the environment's values were filled in. */
export interface AddressCheck {
  readonly source: CheckedPipeline['source'];
  readonly written: string;
  readonly rowId: readonly string[];
}

const variableFor = (path: string): string =>
  placeOf(path) === 'mysql' ? 'MYSQL_PWD' : placeOf(path) === 'postgres' ? 'PGPASSWORD' : 'PASSWORD';

/** A secret stands in no file that is kept in git. */
function checkSecrets({ source: { path }, written }: AddressCheck): Problem[] {
  if (!holdsPassword(written)) return [];
  const variable = variableFor(path);
  return [
    problem(
      '/source/path',
      'a password stands in the address',
      `Put \${${variable}} in its place, and set it in the environment: export ${variable}=…`,
    ),
  ];
}

function checkDatabase({ source, rowId }: AddressCheck): Problem[] {
  const { table, query, cursor } = source;
  const problems: Problem[] = [];
  if (table === null && query === null)
    problems.push(
      problem(
        '/source/path',
        'a database needs to be told what to read of it',
        'Add "table: <name>" or "query: select …" under source.',
      ),
    );
  if (table !== null && query !== null)
    problems.push(problem('/source/query', 'a table is named already', 'Keep one of table and query.'));
  if (cursor !== null && rowId.length === 0)
    problems.push(
      problem(
        '/source/cursor',
        'rows that were changed can only replace older ones where a row has an id',
        'Name its columns: "row_id: <column>".',
      ),
    );
  return problems;
}

/** Keys that mean nothing for where the source lives. */
function checkStrays({ source }: AddressCheck): Problem[] {
  const place = placeOf(source.path);
  const database = isDatabase(place);
  const strays: readonly (readonly [name: string, stands: boolean, of: string])[] = [
    ['table', source.table !== null && !database, 'a database'],
    ['query', source.query !== null && !database, 'a database'],
    [
      'cursor',
      source.cursor !== null && !database && !(place === 'file' && source.cursor === 'files'),
      'a database (or `files`, of a folder or a pattern)',
    ],
    ['endpoint', source.endpoint !== null && place !== 's3', 's3://'],
    ['allow_private', source.allow_private && place !== 's3' && place !== 'https', 'https:// or s3://'],
  ];
  return strays
    .filter(([, stands]) => stands)
    .map(([name, , of]) =>
      problem(`/source/${name}`, `only a source at ${of} has it`, 'Take it out, or correct source.path.'),
    );
}

/** What the address of a source may be; empty for the path of a file, which has rules of its own. */
export function checkAddress(check: AddressCheck): Problem[] {
  const { source, written } = check;
  const { path } = source;
  const place = placeOf(path);
  const problems = [...checkSecrets(check), ...checkStrays(check)];
  if (place === undefined)
    problems.push(
      problem(
        '/source/path',
        `nothing is known of ${schemeOf(path) ?? ''}// addresses`,
        'Expected a path, or https://, s3://, postgres://, mysql:// or sqlite:. Fetch the file in a step before.',
      ),
    );
  if (isDatabase(place)) problems.push(...checkDatabase(check));
  if (place === 'sqlite' && (sqlitePath(path).startsWith('/') || sqlitePath(path) === ''))
    problems.push(
      problem(
        '/source/path',
        'a SQLite database lies in the project',
        'Write its path relative to the root: sqlite:data/rows.db',
      ),
    );
  if (place === 'https' && schemeOf(path) === 'http:' && !source.allow_private)
    problems.push(
      problem(
        '/source/path',
        'plain http:// can be read and changed on the way',
        'Write https://; for a host of your own network add "allow_private: true".',
      ),
    );
  if (place === 's3' && credentialsOf(written) !== undefined)
    problems.push(
      problem(
        '/source/path',
        'credentials of S3 do not stand in the address',
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role: the usual chain is asked.',
      ),
    );
  return problems;
}
