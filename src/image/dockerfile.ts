import { usageError } from '../errors.ts';
import type { ImageFacts, ImageVariant } from './image.ts';
import { imageLabels } from './labels.ts';
import { parseReference } from './reference.ts';
import { inside, variantCommand, variantEnv } from './runtime.ts';

export interface DockerfileOptions {
  readonly facts: ImageFacts;
  /** A registry reference with Node and npm in it: `node:20-slim`. */
  readonly base: string;
  readonly variant: ImageVariant;
  /** Folder of the unpacked bundle, relative to the Dockerfile. */
  readonly bundle: string;
  /** Tar of aieng (`npm pack`) relative to the Dockerfile; null = from npm, in the version of `facts`. */
  readonly tarball: string | null;
}

/** Dockerfile's words are expanded and split: only paths that need no escape go in. */
function plainPath(path: string): string {
  if (/^[A-Za-z0-9._@+/-]+$/.test(path) && !path.startsWith('/') && !path.split('/').includes('..'))
    return path;
  throw usageError({
    code: 'dockerfile-path-invalid',
    message: `${JSON.stringify(path)} cannot stand in a Dockerfile: it may hold letters, digits and . _ @ + - / only, and lie beside it.`,
    hint: 'Write the Dockerfile to a folder above the bundle whose path has no spaces or other signs.',
  });
}

/** A word in quotes, in which Docker expands `$` and `\` (Dockerfile reference, "Environment replacement"). */
const quoted = (text: string): string =>
  `"${text.replace(/[\\"$]/g, '\\$&').replace(/[\x00-\x1f\x7f]+/g, ' ')}"`;

const jsonList = (values: readonly string[]): string =>
  `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;

function npmVersion(version: string): string {
  if (/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version)) return version;
  throw new Error(`${JSON.stringify(version)} is no version of a package`);
}

function packageName(text: string): string {
  if (/^[a-z][a-z0-9-]*@\d+\.\d+\.\d+$/.test(text)) return text;
  throw new Error(`${JSON.stringify(text)} is no package with a version`);
}

/**
 * Installs aieng into /opt/aieng; npm stays behind in this stage. Scripts of packages are not run: the only one downloads native
 * TensorFlow, which an image never holds. Optional packages are DuckDB's native code, which the service does not load.
 */
function installSteps({ facts, tarball, variant }: DockerfileOptions): string[] {
  const flags = `--omit=dev ${variant === 'serve' ? '--omit=optional ' : ''}--ignore-scripts --no-audit --no-fund`;
  const what = tarball === null ? `aieng@${npmVersion(facts.softwareVersion)}` : '/tmp/aieng.tgz';
  // Optional packages are not installed with aieng: those of this model by their names.
  const own = (facts.packages ?? []).map((each) => ` ${packageName(each)}`).join('');
  const copy = tarball === null ? [] : [`COPY ${jsonList([plainPath(tarball), '/tmp/aieng.tgz'])}`];
  return [
    ...copy,
    `RUN npm install ${what}${own} ${flags} && rm -rf node_modules/@tensorflow/tfjs-node && npm cache clean --force`,
  ];
}

function dockerfile(options: DockerfileOptions): string {
  const { facts, variant, bundle } = options;
  parseReference(options.base);
  const owner = `${inside.user}:${inside.user}`;
  const own = { ...variantEnv(variant) };
  const lines = [
    '# Written by `aieng package --dockerfile`. Build it in its own folder: docker build -t <name> .',
    `FROM ${options.base} AS software`,
    `WORKDIR ${inside.software}`,
    '# Without a package.json npm would install above this folder.',
    'RUN printf \'{"private":true}\' > package.json',
    ...installSteps(options),
    '',
    `FROM ${options.base}`,
    ...Object.entries(imageLabels(facts, null)).map(
      ([key, value]) => `LABEL ${quoted(key)}=${quoted(value)}`,
    ),
    ...Object.entries(own).map(([name, value]) => `ENV ${name}=${quoted(value)}`),
    `RUN mkdir -p ${inside.store} ${inside.work} && chown ${owner} ${inside.store} ${inside.work}`,
    '# What changes least often comes first: a new model changes the last layer only.',
    `COPY --from=software ${inside.software} ${inside.software}`,
    `COPY ${jsonList([`${plainPath(bundle)}/`, `${inside.bundle}/`])}`,
    `USER ${owner}`,
    `WORKDIR ${inside.work}`,
    `VOLUME ${jsonList([inside.store])}`,
    `EXPOSE ${inside.port}/tcp`,
    'STOPSIGNAL SIGTERM',
    `ENTRYPOINT ${jsonList(['node', inside.entry])}`,
    `CMD ${jsonList(variantCommand(variant))}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Everything is ignored but what is copied: no store, data or secret can get into a layer. */
function dockerignore({ bundle, tarball }: DockerfileOptions): string {
  const wanted = [plainPath(bundle), ...(tarball === null ? [] : [plainPath(tarball)])];
  return `${['*', ...wanted.map((path) => `!${path}`)].join('\n')}\n`;
}

/**
 * A Dockerfile and its .dockerignore for those who build themselves: same user, environment, entry point and labels as
 * `buildImage` gives, but not the same bytes, and with every package of aieng (npm installs whole packages).
 *
 * @returns file name → text.
 * @throws a usage error for a base that is no registry reference, or a path that a Dockerfile cannot hold.
 */
export function writeDockerfile(options: DockerfileOptions): ReadonlyMap<string, string> {
  return new Map([
    ['Dockerfile', dockerfile(options)],
    ['.dockerignore', dockerignore(options)],
  ]);
}
