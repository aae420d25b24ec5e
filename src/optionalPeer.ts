import { usageError } from './errors.ts';

/**
 * Packages that aieng can do without, by what they are for. They are peers of this package (`peerDependencies`, optional):
 * npm does not install them, and whoever needs one installs it in the version that is tested here.
 */
export const optionalPeers = {
  PostgreSQL: { pg: '8.23.1' },
  'MySQL or MariaDB': { mysql2: '3.24.6' },
  SQLite: { 'node-sqlite3-wasm': '0.8.60' },
  S3: { '@aws-sdk/client-s3': '3.1175.0', '@smithy/node-http-handler': '4.14.2' },
  'an ONNX model': { 'onnxruntime-web': '1.30.0' },
  'e-mail': { nodemailer: '10.6.1' },
  "a team's own code": { acorn: '8.16.0', esbuild: '0.28.2' },
  'a Kubernetes cluster': { '@kubernetes/client-node': '1.4.0', 'kubernetes-models': '4.5.1' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What Node says of a package that it does not find, by name; undefined for any other fault. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND')
    return undefined;
  return /Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

/**
 * Loads an optional package where it is first needed.
 *
 * ```ts
 * const client = await optionalPeer('a Kubernetes cluster', () => import('@kubernetes/client-node'));
 * ```
 *
 * @throws usage error (exit 2) `package-missing` with the line that installs it, where it is not there.
 */
export async function optionalPeer<Module>(
  purpose: keyof typeof optionalPeers,
  load: () => Promise<Module>,
): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const packages: Readonly<Record<string, string>> = optionalPeers[purpose];
    const missing = missingPackage(error);
    if (missing === undefined || packages[missing] === undefined) throw error;
    const install = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    throw usageError({
      code: 'package-missing',
      message: `For ${purpose} aieng needs the package ${missing}, which is not installed here.`,
      hint: `Run \`npm install ${install.join(' ')}\`.`,
      cause: error,
    });
  }
}
