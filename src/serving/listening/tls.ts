import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Server as SecureServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { usageError } from '../../errors.ts';
import { utcMinute } from '../../utc.ts';
import { validityOf } from '../../validityOf.ts';

/** Where a certificate and its key stand, PEM. */
export interface TlsFiles {
  /** The certificate, followed by those that lead to one that callers know. */
  readonly certificate: string;
  readonly key: string;
}

/** What stood there: good for a server, and the key fits the certificate. */
export interface Tls {
  readonly files: TlsFiles;
  readonly cert: Buffer;
  readonly key: Buffer;
}

const dayMs = 86_400_000;
/** A renewal that did not happen is told so long before. */
const warnDays = 14;
/** Between two looks at whether the files were renewed. */
const lookEveryMs = 10_000;

const unusable = (code: string, message: string, hint: string, cause?: unknown): Error =>
  usageError({ code, message, hint, ...(cause === undefined ? {} : { cause }) });

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function read(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unusable(
      'tls-file-unreadable',
      `The ${what} ${file} cannot be read: ${reasonOf(error)}.`,
      'Give the path of a PEM file that the user of the service may read (deploy.tls of the pipeline).',
      error,
    );
  }
}

/** As PostgreSQL has it: the owner alone may read a key; one of root may be read by its group, too. */
async function checkPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(file);
  const allowed = uid === 0 ? 0o640 : 0o600;
  if ((mode & 0o777 & ~allowed) === 0) return;
  throw unusable(
    'tls-key-open',
    `The key ${file} may be read or changed by others (mode ${(mode & 0o777).toString(8)}).`,
    `Run \`chmod ${uid === 0 ? '640' : '600'} ${file}\`.`,
  );
}

function certificateOf(cert: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(cert);
  } catch (error) {
    throw unusable(
      'tls-certificate-invalid',
      `${file} holds no certificate: ${reasonOf(error)}.`,
      'deploy.tls.certificate names a PEM file that begins with -----BEGIN CERTIFICATE-----.',
      error,
    );
  }
}

function keyOf(key: Buffer, file: string): KeyObject {
  try {
    return createPrivateKey(key);
  } catch (error) {
    throw unusable(
      'tls-key-invalid',
      `${file} holds no key that can be used without a password.`,
      'deploy.tls.key names a PEM file with a private key; `openssl pkey -in old.key -out new.key` takes a password away.',
      error,
    );
  }
}

/**
 * Reads certificate and key.
 *
 * @throws usage errors (exit 2): a file that cannot be read, a key that others may read, a key of another certificate.
 */
export async function readTls(files: TlsFiles): Promise<Tls> {
  const cert = await read(files.certificate, 'certificate');
  const key = await read(files.key, 'key');
  await checkPrivate(files.key);
  const own = keyOf(key, files.key);
  if (!certificateOf(cert, files.certificate).checkPrivateKey(own))
    throw unusable(
      'tls-key-of-another',
      `The key ${files.key} does not belong to the certificate ${files.certificate}.`,
      'Name the two that were made together. Where the file has several certificates, that of the service comes first.',
    );
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw unusable(
      'tls-certificate-invalid',
      `A server cannot use ${files.certificate}: ${reasonOf(error)}.`,
      'Every certificate of the file has to be whole: the own one first, then those that lead to a known one.',
      error,
    );
  }
  return { files, cert, key };
}

const endOf = (certificate: X509Certificate): number => validityOf(certificate).to;
const day = (ms: number): string => utcMinute(ms).slice(0, 10);

const covers = (certificate: X509Certificate, name: string): boolean =>
  certificate.checkHost(name.replace(/^\*\./, 'any.')) !== undefined;

/**
 * Would callers accept it now, by each of these names?
 *
 * @throws usage errors (exit 2): one that is over, that is not valid yet, or that is of other names.
 */
export function checkCertificate({ cert, files }: Tls, names: readonly string[], now: number): void {
  const certificate = certificateOf(cert, files.certificate);
  const begin = validityOf(certificate).from;
  if (now > endOf(certificate))
    throw unusable(
      'tls-certificate-expired',
      `The certificate ${files.certificate} is over since ${day(endOf(certificate))}: callers would refuse it.`,
      'Renew it, then run the same command again.',
    );
  if (now < begin)
    throw unusable(
      'tls-certificate-not-yet',
      `The certificate ${files.certificate} is valid from ${day(begin)} on: callers would refuse it.`,
      'Check the clock of this machine, or use the certificate that is valid now.',
    );
  const [other] = names.filter((name) => !covers(certificate, name));
  if (other === undefined) return;
  throw unusable(
    'tls-certificate-of-other-names',
    `The certificate ${files.certificate} is not for ${other} (it is for ${certificate.subjectAltName ?? certificate.subject}): callers would refuse it.`,
    'Use one that names it, or take the name out of deploy.allowed_hosts.',
  );
}

/** What a person should know of a certificate that is still good, or no longer; null where there is nothing. */
export function certificateWarning({ cert, files }: Tls, now: number): string | null {
  const end = endOf(certificateOf(cert, files.certificate));
  const days = Math.floor((end - now) / dayMs);
  if (days >= warnDays) return null;
  return end < now
    ? `The certificate ${files.certificate} is over since ${day(end)}: callers refuse the service. Renew the file; it is taken without a restart.`
    : `The certificate ${files.certificate} ends on ${day(end)} (in ${days} ${days === 1 ? 'day' : 'days'}). Renew the file; it is taken without a restart.`;
}

/**
 * Takes renewed files without a restart: new connections get the new certificate, open ones go on. A pair that is no
 * good (half written, say) is told once, and the one before stays.
 */
export function followRenewal(
  server: SecureServer,
  tls: Tls,
  onProblem: (message: string) => void,
  everyMs: number = lookEveryMs,
): void {
  let current = tls;
  let told = '';
  const look = async (): Promise<void> => {
    try {
      const next = await readTls(current.files);
      told = '';
      if (next.cert.equals(current.cert) && next.key.equals(current.key)) return;
      server.setSecureContext({ cert: next.cert, key: next.key });
      current = next;
    } catch (error) {
      const message = `${reasonOf(error)} The certificate before goes on being used.`;
      if (message !== told) onProblem(message);
      told = message;
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
