import { X509Certificate } from 'node:crypto';

/** OPC 10000-7, Basic256Sha256: shorter keys are not allowed. */
const MIN_KEY_BITS = 2048;

/** DER of the object ids of RSA with MD2, MD4, MD5 and SHA-1 (RFC 8017, appendix C): they stand nowhere else. */
const weakSignatures = ['02', '03', '04', '05'].map(last =>
  Buffer.from(`06092a864886f70d0101${last}`, 'hex'),
);

export interface CertificateFacts {
  /** SHA-256 of the DER encoding, 64 lower-case hexadecimal digits. */
  readonly thumbprint: string;
  /** SHA-1, 40 digits: the thumbprint that OPC UA programs show. */
  readonly sha1: string;
  /** In one line: `CN=PLC 1, O=Lab`. */
  readonly subject: string;
  /** ApplicationUri; '' when it names none. */
  readonly uri: string;
  /** ISO 8601, UTC. */
  readonly startTime: string;
  readonly expireTime: string;
  /** Why its key or signature is no longer safe; '' when both are. */
  readonly weakness: string;
  /** Its DER encoding; what followed it is left out. */
  readonly der: Buffer;
}

const parse = (certificate: Buffer | string): X509Certificate | undefined => {
  try {
    return new X509Certificate(certificate);
  } catch {
    return undefined;
  }
};

const weaknessOf = (certificate: X509Certificate): string => {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = certificate.publicKey;
  if (kind !== 'rsa') return `its key is ${kind ?? 'unknown'}, not RSA`;
  const bits = details?.modulusLength ?? 0;
  if (bits < MIN_KEY_BITS) return `its key has ${bits} bits, at least ${MIN_KEY_BITS} are needed`;
  return weakSignatures.some(id => certificate.raw.includes(id))
    ? 'it is signed with SHA-1 or older: SHA-256 is needed'
    : '';
};

/** @param certificate PEM, or DER. @returns undefined when it is no X.509 certificate */
export const readCertificate = (certificate: Buffer | string): CertificateFacts | undefined => {
  const parsed = parse(certificate);
  if (parsed === undefined) return undefined;
  try {
    return {
      thumbprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
      sha1: parsed.fingerprint.replaceAll(':', '').toLowerCase(),
      subject: (parsed.subject ?? '').split('\n').join(', '),
      uri: /URI:([^,\s]+)/.exec(parsed.subjectAltName ?? '')?.[1] ?? '',
      startTime: new Date(parsed.validFrom).toISOString(),
      expireTime: new Date(parsed.validTo).toISOString(),
      weakness: weaknessOf(parsed),
      der: parsed.raw,
    };
  } catch {
    // A key of a kind that is not known, or dates that are none.
    return undefined;
  }
};

/** Why it is not valid now; '' when it is. */
export const invalidity = ({ startTime, expireTime }: CertificateFacts, now: Date): string => {
  if (Date.parse(expireTime) <= now.getTime()) return `it expired at ${expireTime}`;
  return Date.parse(startTime) > now.getTime() ? `it is not valid before ${startTime}` : '';
};
