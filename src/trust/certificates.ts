import type { X509Certificate } from 'node:crypto';
import { utcMinute } from '../utc.ts';
import { validityOf } from '../validityOf.ts';
import type { Extension } from './asn1.ts';
import { extensionsOf, pathLength, usageBits } from './asn1.ts';
import { refusal } from './refusal.ts';

const oids = { keyUsage: '551d0f', basicConstraints: '551d13' } as const;
/** Those that are looked at, or bind nobody who verifies a signature: names, key ids, policies, extended usage. */
const known = new Set<string>([
  oids.keyUsage,
  oids.basicConstraints,
  '551d25',
  '551d11',
  '551d0e',
  '551d23',
  '551d20',
]);
const digitalSignature = 0x80;
const keyCertSign = 0x04;
const codeSigning = '1.3.6.1.5.5.7.3.3';
const longestChain = 10;

/** What its certificate's extensions say, read once. */
interface Looked {
  readonly certificate: X509Certificate;
  readonly extensions: readonly Extension[];
}

const nameOf = ({ subject }: X509Certificate): string =>
  JSON.stringify(subject.replaceAll('\n', ', ').slice(0, 200));

const extension = ({ extensions }: Looked, oid: string): Extension | undefined =>
  extensions.find((each) => each.oid === oid);

function look(certificate: X509Certificate, where: string): Looked {
  try {
    return { certificate, extensions: extensionsOf(certificate.raw) };
  } catch (error) {
    throw refusal('signature-damaged', where, 'a certificate of it cannot be read', error);
  }
}

/** In force at that time, and nothing in it that is not understood. */
function requireInForce(looked: Looked, at: number, where: string): void {
  const { certificate, extensions } = looked;
  const { from, to } = validityOf(certificate);
  if (!(at >= from && at <= to))
    throw refusal(
      'certificate-expired',
      where,
      `the certificate ${nameOf(certificate)} holds from ${utcMinute(from)} to ${utcMinute(to)}, and it is asked for ${utcMinute(at)}`,
    );
  const strange = extensions.find(({ oid, critical }) => critical && !known.has(oid));
  if (strange !== undefined)
    throw refusal(
      'certificate-untrusted',
      where,
      `the certificate ${nameOf(certificate)} has a critical extension (${strange.oid}) that is not known here`,
    );
}

function requireMaySign(looked: Looked, where: string): void {
  const usage = extension(looked, oids.keyUsage);
  const forSignatures = usage !== undefined && (usageBits(usage.value) & digitalSignature) !== 0;
  // Node calls the extended key usage `keyUsage`; undefined where there is none, whatever its type says.
  const extended = looked.certificate.keyUsage as readonly string[] | undefined;
  if (forSignatures || extended?.includes(codeSigning) === true) return;
  throw refusal(
    'certificate-untrusted',
    where,
    `the certificate ${nameOf(looked.certificate)} is for other uses than signatures`,
  );
}

/** May this one have issued that one? `below` authorities stand between them and the signer. */
function mayIssue(issuer: Looked, issued: X509Certificate, below: number): boolean {
  const { certificate } = issuer;
  const usage = extension(issuer, oids.keyUsage);
  const basic = extension(issuer, oids.basicConstraints);
  const most = basic === undefined ? null : pathLength(basic.value);
  return (
    certificate.ca &&
    (usage === undefined || (usageBits(usage.value) & keyCertSign) !== 0) &&
    (most === null || below <= most) &&
    issued.checkIssued(certificate) &&
    issued.verify(certificate.publicKey)
  );
}

/** A certificate that is trusted, by the name that the project gives it. */
export interface TrustedCertificate {
  readonly kind: 'certificate';
  readonly name: string;
  readonly certificate: X509Certificate;
}

/**
 * Leads a signer's certificate back to one that is trusted: each in force at the time given, each issued by the next, each
 * allowed to. A trusted certificate need not be a root, and may be the signer's own.
 *
 * @param chain As the signature brings it, the signer's first.
 * @returns The trusted one that it leads to.
 * @throws damaged (exit 8) `certificate-untrusted` or `certificate-expired`, naming the certificate.
 */
export function trustedIssuer(
  chain: readonly X509Certificate[],
  trusted: readonly TrustedCertificate[],
  at: number,
  where: string,
): TrustedCertificate {
  const [leaf] = chain;
  if (leaf === undefined) throw refusal('signature-damaged', where, 'its chain holds no certificate');
  let current = look(leaf, where);
  requireMaySign(current, where);
  for (let below = 0; below < longestChain; below += 1) {
    requireInForce(current, at, where);
    const { certificate } = current;
    const itself = trusted.find((each) => each.certificate.raw.equals(certificate.raw));
    if (itself !== undefined) return itself;
    const root = trusted.find((each) => mayIssue(look(each.certificate, where), certificate, below));
    if (root !== undefined) {
      requireInForce(look(root.certificate, where), at, where);
      return root;
    }
    const next = chain
      .filter((each) => !each.raw.equals(certificate.raw))
      .map((each) => look(each, where))
      .find((each) => mayIssue(each, certificate, below));
    if (next === undefined) break;
    current = next;
  }
  throw refusal(
    'certificate-untrusted',
    where,
    `the certificate ${nameOf(current.certificate)} was issued by ${JSON.stringify(current.certificate.issuer.replaceAll('\n', ', ').slice(0, 200))}, and none of the trusted certificates (${trusted.map(({ name }) => name).join(', ') || 'there are none'}) vouches for it`,
  );
}
