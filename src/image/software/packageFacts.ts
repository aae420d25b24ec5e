/** What a package.json says that decides what goes into an image. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  /** Packages that have to be there. */
  readonly required: readonly string[];
  /** Packages that may be there. */
  readonly optional: readonly string[];
  /** What the package can do without, and nobody installs for it. */
  readonly optionalPeers: readonly string[];
  /** Paths of files inside the package where loading can begin, without `./`. */
  readonly entries: readonly string[];
  /** The one that `require` and `import` of the bare name take where there is no `exports`. */
  readonly main: string;
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object of JSON: every member is `unknown` until it is looked at.
      (value as Fields)
    : {};

/** Conditions that Node never takes. */
const foreign = new Set(['types', 'browser', 'deno', 'bun', 'react-native', 'worker', 'bare']);

/** Every file that a tree of `exports`, `imports` or `bin` names; patterns with a star name none. */
function targets(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('*') ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(targets);
  return Object.entries(fieldsOf(value)).flatMap(([key, member]) =>
    foreign.has(key) ? [] : targets(member),
  );
}

const plain = (path: string): string => path.replace(/^(?:\.?\/)+/, '');

/**
 * A package.json, read carefully: packages are other people's.
 *
 * @returns undefined where it is not an object with a name.
 */
export function packageFacts(text: string): PackageFacts | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = fieldsOf(value);
  const { name, version, main } = fields;
  if (typeof name !== 'string' || name === '') return undefined;
  const optional = Object.keys(fieldsOf(fields.optionalDependencies));
  const peerFacts = fieldsOf(fields.peerDependenciesMeta);
  const allPeers = Object.keys(fieldsOf(fields.peerDependencies));
  const isOptional = (peer: string): boolean => fieldsOf(peerFacts[peer]).optional === true;
  const peers = allPeers.filter((peer) => !isOptional(peer));
  // npm lists an optional dependency under `dependencies`, too.
  const required = Object.keys(fieldsOf(fields.dependencies)).filter((entry) => !optional.includes(entry));
  const mainFile = plain(typeof main === 'string' && main !== '' ? main : 'index.js');
  const entries = [mainFile, ...[fields.exports, fields.imports, fields.bin].flatMap(targets).map(plain)];
  return {
    name,
    version: typeof version === 'string' ? version : '',
    required,
    // A peer that is not there is its dependents' affair: Node finds it or does not.
    optional: [...optional, ...peers],
    optionalPeers: allPeers.filter(isOptional),
    entries: [...new Set(entries)],
    main: mainFile,
  };
}
