import type { AccountCertificate } from '../../domain/account.ts';
import { Refusal } from '../../domain/refusal.ts';
import { adminRoles } from '../../domain/rights.ts';
import { checkRole } from '../access/check-role.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Reader, Transaction } from '../ports.ts';
import { invalidity, readCertificate } from './read-certificate.ts';

/** Of one account: some machines share one. */
export const MAX_CERTIFICATES = 20;

const thumbprintOf = (text: string): string => text.replaceAll(':', '').trim().toLowerCase();
const isThumbprint = (text: string): boolean => /^[0-9a-f]{64}$/.test(thumbprintOf(text));

const checkAccount = async (reader: Reader, accountId: string): Promise<void> => {
  if ((await reader.get('accounts', accountId)) === undefined) {
    throw new Refusal('NotFound', 'There is no account of this id.');
  }
};

const certificatesOf = (reader: Reader, accountId: string): Promise<readonly AccountCertificate[]> =>
  reader.find('certificates', { where: { accountId } });

/** @throws Refusal InvalidArgument */
const rowOf = (pem: string, accountId: string, now: Date): AccountCertificate => {
  const facts = readCertificate(pem);
  if (facts === undefined) {
    throw new Refusal(
      'InvalidArgument',
      'Give each certificate as PEM, or the SHA-256 thumbprint of one that the account has.',
    );
  }
  const fault = facts.weakness || invalidity(facts, now);
  if (fault !== '') throw new Refusal('InvalidArgument', `The certificate cannot be used: ${fault}.`);
  return {
    id: facts.thumbprint,
    accountId,
    subject: facts.subject.slice(0, 200),
    expireTime: facts.expireTime,
    createTime: now.toISOString(),
  };
};

/** The row that stays, or the new one. */
const wanted = async (
  tx: Transaction,
  accountId: string,
  certificate: string,
  now: Date,
): Promise<AccountCertificate> => {
  const row = isThumbprint(certificate) ? undefined : rowOf(certificate, accountId, now);
  const known = await tx.get('certificates', row?.id ?? thumbprintOf(certificate));
  if (known?.accountId === accountId) return known;
  if (known !== undefined) {
    throw new Refusal('InvalidState', 'The certificate belongs to another account: remove it there first.');
  }
  if (row !== undefined) return row;
  throw new Refusal('InvalidArgument', 'The account has no certificate of this thumbprint: give it as PEM.');
};

/** The certificates by which an account logs in over OPC UA, in the place of those before; none: by password alone. */
export const createSetCertificates =
  (deps: ApplicationDeps): Application['setCertificates'] =>
  async (actor, accountId, certificates) => {
    checkRole(actor, adminRoles, 'set the certificates of accounts');
    if (certificates.length > MAX_CERTIFICATES) {
      throw new Refusal('InvalidArgument', `An account has at most ${MAX_CERTIFICATES} certificates.`);
    }
    return deps.commit({ actor: actor.accountId }, async tx => {
      await checkAccount(tx, accountId);
      const rows = new Map<string, AccountCertificate>();
      for (const certificate of certificates) {
        const row = await wanted(tx, accountId, certificate, deps.clock.now());
        rows.set(row.id, row);
      }
      const before = await certificatesOf(tx, accountId);
      for (const { id } of before) if (!rows.has(id)) tx.delete('certificates', id);
      for (const row of rows.values()) if (!before.includes(row)) tx.put('certificates', row);
      return certificatesOf(tx, accountId);
    });
  };

export const createFindCertificates =
  ({ store }: ApplicationDeps): Application['findCertificates'] =>
  async (actor, accountId) => {
    checkRole(actor, adminRoles, 'see the certificates of accounts');
    await checkAccount(store, accountId);
    return certificatesOf(store, accountId);
  };
