import { usageError } from '../errors.ts';

/** Where an image is: `docker.io` / `library/node`, with a tag, a digest, both or none. */
export interface Reference {
  /** `docker.io`, `registry.example.com`, `localhost:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:…` */
  readonly digest: string | null;
}

const dockerHub = 'docker.io';
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const registryPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?$`);
const componentPattern = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const maxRepository = 255;

/** Whether a text is `sha256:` and 64 lower-case hexadecimal digits. */
export const isDigest = (text: string): boolean => digestPattern.test(text);

/** `sha256:ab…` → `ab…`, which is a safe file name by `isDigest`. */
export const hexOf = (digest: string): string => digest.slice('sha256:'.length);

function malformed(text: string, problem: string): Error {
  return usageError({
    code: 'image-reference-invalid',
    message: `${JSON.stringify(text.slice(0, 300))} does not name an image: ${problem}.`,
    hint: 'Write it as registry/name:tag, for example registry.example.com/ml/churn:3 (lower-case letters).',
  });
}

/** A first part is a registry if it looks like a host: it has a dot or a port, or is localhost. */
const isRegistry = (part: string): boolean => /[.:]/.test(part) || part === 'localhost';

/**
 * The reference that a text is, as container engines read it: `node:20` is `docker.io/library/node:20`, and a first
 * part with a dot or a port (or `localhost`) is a registry.
 *
 * @throws a usage error naming the part that is wrong.
 * @example parseReference('node:20').repository === 'library/node'
 */
export function parseReference(text: string): Reference {
  const [named = '', digest = null, ...more] = text.split('@');
  if (more.length > 0) throw malformed(text, 'it has more than one @');
  if (digest !== null && !isDigest(digest))
    throw malformed(text, 'after the @ stands no sha256:… of 64 hexadecimal digits');
  const slash = named.indexOf('/');
  const first = slash === -1 ? '' : named.slice(0, slash);
  const host = isRegistry(first) ? first : dockerHub;
  const rest = isRegistry(first) ? named.slice(slash + 1) : named;
  if (!registryPattern.test(host)) throw malformed(text, `${JSON.stringify(first)} is no registry`);
  const colon = rest.indexOf(':');
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? null : rest.slice(colon + 1);
  if (tag !== null && !tagPattern.test(tag)) throw malformed(text, `${JSON.stringify(tag)} is no tag`);
  const components = path.split('/');
  if (path.length > maxRepository) throw malformed(text, `a name has at most ${maxRepository} characters`);
  for (const component of components)
    if (!componentPattern.test(component))
      throw malformed(
        text,
        `${JSON.stringify(component)} may hold a-z, 0-9 and single . _ - between them only`,
      );
  const registry = host === 'index.docker.io' ? dockerHub : host;
  const repository = registry === dockerHub && components.length === 1 ? `library/${path}` : path;
  return { registry, repository, tag, digest };
}

/** The whole text of a reference; `parseReference` gives the same reference again. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}

/** The text as the user wrote it, with a tag where it has none. A digest cannot be chosen for an image to be built. */
export function withTag(text: string, tag: string): string {
  const reference = parseReference(text);
  if (reference.digest !== null)
    throw usageError({
      code: 'image-reference-invalid',
      message: `${JSON.stringify(text)} names an image by digest, which comes from its content.`,
      hint: 'Name the image by a tag, for example churn:3, or by none.',
    });
  return reference.tag === null ? `${text}:${tag}` : text;
}

/** The host that speaks the registry protocol: Docker Hub's differs from its name. */
export const apiHost = (registry: string): string =>
  registry === dockerHub ? 'registry-1.docker.io' : registry;

/** Whether a registry (or `host:port`) is this machine: there, plain HTTP is no leak. */
export function isLoopback(host: string): boolean {
  const name = host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
