import type { Credentials } from './challenge.ts';

/** Where an engine's configuration keeps the credentials of a registry: in itself, or with a helper program. */
export type CredentialPlace =
  | { readonly kind: 'inline'; readonly credentials: Credentials }
  | { readonly kind: 'helper'; readonly helper: string; readonly server: string }
  | { readonly kind: 'none' };

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object of JSON: every member is `unknown` until it is looked at.
      (value as Fields)
    : {};

const member = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

const hubServer = 'https://index.docker.io/v1/';
const hubNames = [hubServer, 'index.docker.io', 'docker.io', 'registry-1.docker.io'];

/** `https://registry.example.com/v1/` → `registry.example.com` */
const hostOfKey = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/** The names under which a registry may stand, the most specific first: podman also keeps `host/namespace`. */
function keysOf(registry: string, repository: string): string[] {
  const parts = repository.split('/');
  const scoped = parts.map((_part, index) => [registry, ...parts.slice(0, parts.length - index)].join('/'));
  return [...scoped, ...(registry === 'docker.io' ? hubNames : [registry])];
}

function inlineOf(entry: Fields): Credentials | undefined {
  const { auth, identitytoken: identity, username, password } = entry;
  if (typeof identity === 'string' && identity !== '') return { kind: 'identity', token: identity };
  if (typeof auth === 'string' && auth !== '') {
    const text = Buffer.from(auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1) return undefined;
    return {
      kind: 'password',
      username: text.slice(0, colon),
      password: text.slice(colon + 1).replace(/\0+$/, ''),
    };
  }
  if (typeof username === 'string' && typeof password === 'string' && username !== '')
    return { kind: 'password', username, password };
  return undefined;
}

/** Names of programs come from a file: nothing but a plain word is run. */
const helperOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z0-9][\w.-]*$/.test(value) ? value : undefined;

/**
 * Where a configuration (`~/.docker/config.json`, podman's `auth.json`) has the credentials of a registry: its own helper, an
 * entry in the file, or the helper for all.
 */
export function credentialPlace(
  configuration: unknown,
  registry: string,
  repository: string,
): CredentialPlace {
  const fields = fieldsOf(configuration);
  const server = registry === 'docker.io' ? hubServer : registry;
  const keys = keysOf(registry, repository);
  const helpers = fieldsOf(fields.credHelpers);
  for (const key of keys) {
    const helper = helperOf(member(helpers, key));
    if (helper !== undefined) return { kind: 'helper', helper, server };
  }
  const entries = fieldsOf(fields.auths);
  const byHost = Object.keys(entries).find((key) => hostOfKey(key) === registry && /^https?:\/\//.test(key));
  for (const key of [...keys, ...(byHost === undefined ? [] : [byHost])]) {
    const credentials = inlineOf(fieldsOf(member(entries, key)));
    if (credentials !== undefined) return { kind: 'inline', credentials };
  }
  const helper = helperOf(fields.credsStore);
  return helper === undefined ? { kind: 'none' } : { kind: 'helper', helper, server };
}

/** What a helper program answered (docker-credential-helpers protocol); undefined where it has nothing. */
export function helperAnswer(text: string): Credentials | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { Username: username, Secret: secret } = fieldsOf(value);
  if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
  return username === '<token>'
    ? { kind: 'identity', token: secret }
    : { kind: 'password', username, password: secret };
}
