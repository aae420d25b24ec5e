/** Where a source lives. */
export type SourcePlace = 'file' | 'sqlite' | 'postgres' | 'mysql' | 'https' | 's3';

const places: Readonly<Record<string, SourcePlace>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'mysql:': 'mysql',
  'mariadb:': 'mysql',
  'https:': 'https',
  'http:': 'https',
  's3:': 's3',
};

/** `postgres:` of `postgres://host/db`; undefined for the path of a file. */
export function schemeOf(path: string): string | undefined {
  // A drive letter is no scheme.
  return /^([a-z][a-z0-9+.-]+:)(?=\/\/)/i.exec(path)?.[1]?.toLowerCase();
}

/**
 * What an address leads to; undefined for one of a kind that is not known (`ftp://…`).
 *
 * @example placeOf('data/x.csv') // → 'file'
 */
export function placeOf(path: string): SourcePlace | undefined {
  if (/^sqlite:/i.test(path)) return 'sqlite';
  const scheme = schemeOf(path);
  if (scheme === undefined) return 'file';
  return Object.hasOwn(places, scheme) ? places[scheme] : undefined;
}

/** Does it answer queries? */
export const isDatabase = (place: SourcePlace | undefined): place is 'sqlite' | 'postgres' | 'mysql' =>
  place === 'sqlite' || place === 'postgres' || place === 'mysql';

/** The path of the file of a database: `sqlite:data/x.db` → `data/x.db`. */
export const sqlitePath = (address: string): string => address.replace(/^sqlite:(\/\/)?/i, '');

/**
 * What of an address says the format by its ending: no host, no query.
 *
 * @example namePart('https://host/rows.csv.gz?sig=a.b') // → '/rows.csv.gz'
 */
export function namePart(path: string): string {
  const place = placeOf(path);
  if (place !== 'https' && place !== 's3') return path;
  const behind = path.replace(/^[^/]*\/\/[^/?#]*/, '');
  return place === 's3' ? behind : behind.replace(/[?#].*$/, '');
}

/** User, password and host of an address as it is written, before variables are filled in. */
const authority = /^([a-z][a-z0-9+.-]+:\/\/)([^/?#]*)@/i;

/** The part of an address that names who asks (`user:password`), as it is written; undefined where none stands in it. */
export const credentialsOf = (path: string): string | undefined => authority.exec(path)?.[2];

/** An address without who asks: what of it says where it leads. */
export const withoutCredentials = (path: string): string => path.replace(authority, '$1');

/**
 * Does a password stand in an address as it is written? A variable of the environment in its place is none, and so is an
 * empty one.
 */
export function holdsPassword(written: string): boolean {
  const bare = (text: string): boolean => text.replaceAll(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/g, '') !== '';
  const [, password] = /^[^:]*:(.*)$/s.exec(credentialsOf(written) ?? '') ?? [];
  if (password !== undefined && bare(password)) return true;
  const query = /\?([^#]*)/.exec(schemeOf(written) === undefined ? '' : written)?.[1] ?? '';
  return query
    .split('&')
    .some((pair) => /^(password|passwd|pwd)=/i.test(pair) && bare(pair.slice(pair.indexOf('=') + 1)));
}
