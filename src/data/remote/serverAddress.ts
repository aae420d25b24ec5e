import { usageError } from '../../errors.ts';
import type { RemoteSource } from './remoteSource.ts';

/** Where a database server is, and as whom it is asked. */
export interface ServerAddress {
  /** What the address says; what it does not say is the driver's to know. */
  readonly named: {
    readonly host?: string;
    readonly port?: number;
    readonly user?: string;
    readonly password?: string;
    readonly database?: string;
  };
  /** `prefer`: encrypted where the server can; `require`: always; `verify`: and the server proves who it is. */
  readonly tls: 'off' | 'prefer' | 'require' | 'verify';
}

/** How a kind of server calls what an address or the environment may say. */
export interface AddressWords {
  readonly user: string;
  readonly password: string;
  /** Parameter of the address for encryption. */
  readonly tls: string;
}

const tlsWords: Readonly<Record<string, ServerAddress['tls']>> = {
  disable: 'off',
  disabled: 'off',
  allow: 'prefer',
  prefer: 'prefer',
  preferred: 'prefer',
  require: 'require',
  required: 'require',
  'verify-ca': 'verify',
  'verify-full': 'verify',
  verify_ca: 'verify',
  verify_identity: 'verify',
};

const invalid = ({ displayPath }: RemoteSource, why: string, hint: string): Error =>
  usageError({
    code: 'source-address',
    message: `${displayPath}: ${why}.`,
    hint,
    at: { file: displayPath },
  });

/** Text of an address that may hold `%40`. */
function decoded(file: RemoteSource, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(file, 'the address holds a "%" that is no escape', 'Write it as %25.');
  }
}

/**
 * Takes the address of a database server apart (`postgres://app:secret@db.example.com:5433/sales?sslmode=verify-full`).
 * Nothing that is thrown repeats it: it may hold a password.
 */
export function serverAddress(file: RemoteSource, words: AddressWords): ServerAddress {
  const { variables } = file.access;
  if (!URL.canParse(file.path))
    throw invalid(
      file,
      'expected an address such as postgres://user@host:5432/database',
      'Correct source.path; characters such as "@", "/" or "#" in a user name are written as %40, %2F, %23.',
    );
  const url = new URL(file.path);
  const asked = url.searchParams.get(words.tls) ?? url.searchParams.get('sslmode') ?? 'prefer';
  const tls = tlsWords[asked.toLowerCase()];
  if (tls === undefined)
    throw invalid(
      file,
      `${words.tls} is ${JSON.stringify(asked)}, expected disable, prefer, require or verify-full`,
      `Correct ${words.tls} in source.path.`,
    );
  const host = url.searchParams.get('host') ?? decoded(file, url.hostname).replace(/^\[(.*)\]$/, '$1');
  const database = decoded(file, url.pathname.replace(/^\//, ''));
  const user = decoded(file, url.username) || variables[words.user];
  const password = decoded(file, url.password) || variables[words.password];
  // Through a socket of this machine nothing is encrypted.
  const local = host.startsWith('/');
  return {
    named: {
      ...(host === '' ? {} : { host }),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(database === '' ? {} : { database }),
    },
    tls: local ? 'off' : tls,
  };
}
