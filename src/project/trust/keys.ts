import { resolve } from 'node:path';
import { readWholeFile } from '../../disk/wholeFile.ts';
import { runSigningCommand } from '../../environment/signingCommand.ts';
import { usageError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { parseCertificates, parsePrivateKey, parsePublicKey, parseTrusted } from '../../trust/keys.ts';
import type { Trusted } from '../../trust/keys.ts';
import { commandSigner, keySigner } from '../../trust/signer.ts';
import type { Signer } from '../../trust/signer.ts';
import type { Context } from '../context.ts';

/** A key or a chain of certificates is far smaller. */
const mostBytes = 1_000_000;

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readWholeFile(path, mostBytes));
}

/** Whose signatures count: `trust.keys` of the pipeline, by name; and files that were named for this call. */
export async function trustedOf(
  { root, environment }: Pick<Context, 'root' | 'environment'>,
  pipeline: Pick<Pipeline, 'trust'> | null,
  named: readonly string[] = [],
): Promise<readonly Trusted[]> {
  const trusted: Trusted[] = [];
  for (const path of named)
    trusted.push(...parseTrusted(path, await readText(resolve(environment.cwd, path)), path));
  for (const [name, path] of Object.entries(pipeline?.trust.keys ?? {}))
    trusted.push(...parseTrusted(name, await readText(resolve(root, path)), path));
  return trusted;
}

/** Who is to sign, and where what is named as a path lies. */
export interface SigningWish {
  /** `env:NAME` or a path. */
  readonly key: string | null;
  readonly command: readonly string[] | null;
  readonly publicKey: string | null;
  readonly certificate: string | null;
  /** Paths are relative to it. */
  readonly folder: string;
  /** What the command may see of the environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The text of a private key; undefined where a variable that should hold it is not set. */
async function keyText(
  { key, folder }: SigningWish,
  { environment }: Pick<Context, 'environment'>,
): Promise<string | undefined> {
  if (key === null) return undefined;
  const [, variable] = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(key) ?? [];
  if (variable === undefined) return readText(resolve(folder, key));
  const text = environment.variables[variable];
  return text === undefined || text.trim() === '' ? undefined : text;
}

/**
 * Who signs; null where the variable that should hold the key is not set.
 *
 * @throws usage error (exit 2) for a key, certificate or command that cannot be used. What a key says is never told.
 */
export async function signerOf(
  context: Pick<Context, 'environment' | 'signal'>,
  wish: SigningWish,
): Promise<Signer | null> {
  const { key, command, publicKey, certificate, folder, variables } = wish;
  const chain =
    certificate === null ? [] : parseCertificates(await readText(resolve(folder, certificate)), certificate);
  if (command === null) {
    const text = await keyText(wish, context);
    const shown = key ?? '';
    return text === undefined ? null : keySigner(parsePrivateKey(text, shown), chain, shown);
  }
  const shown = publicKey ?? certificate ?? '';
  const known =
    publicKey === null
      ? chain[0]?.publicKey
      : parsePublicKey(await readText(resolve(folder, publicKey)), shown);
  if (known === undefined)
    throw usageError({
      code: 'public-key-missing',
      message: 'A command signs, and nothing says whose signatures it makes.',
      hint: 'Add --public-key <file>, or --certificate <file>.',
    });
  const { signal } = context;
  return commandSigner(
    (digest) => runSigningCommand({ argv: command, variables, cwd: folder, signal }, digest),
    known,
    chain,
    shown,
  );
}

/** What every program needs; anything else is named in the pipeline. */
const alwaysGiven = ['PATH', 'HOME', 'LANG', 'TZ'];

/** Who signs by the pipeline file; null where it names nobody. */
export function wishOf(
  { root, environment }: Pick<Context, 'root' | 'environment'>,
  { trust }: Pick<Pipeline, 'trust'>,
): SigningWish | null {
  const { key, command, environment: names, public_key: publicKey, certificate } = trust.sign_with;
  if (key === null && command === null) return null;
  const given = [...alwaysGiven, ...names].map((name) => [name, environment.variables[name]] as const);
  return { key, command, publicKey, certificate, folder: root, variables: Object.fromEntries(given) };
}
