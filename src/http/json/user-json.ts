import type { CertificateJson, UserJson } from '../../contract/user.ts';
import type { Account, AccountCertificate } from '../../domain/account.ts';

/** Without the hash. */
export const userJson = (account: Account): UserJson => ({
  id: account.id,
  username: account.username,
  role: account.role,
  approves_own: account.approvesOwn,
  disabled: account.disabled,
  create_time: account.createTime,
});

export const certificateJson = (certificate: AccountCertificate): CertificateJson => ({
  thumbprint: certificate.id,
  subject: certificate.subject,
  expire_time: certificate.expireTime,
  create_time: certificate.createTime,
});
