/** `user` own jobs and files; `machine` PLC or robot; `operator` staff; `admin` printers, accounts, settings. */
export const roles = ['user', 'machine', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Account {
  /** Opaque; jobs and files refer to it. */
  readonly id: string;
  /** Log-in name, 1–64 of [A-Za-z0-9._@-], unique ignoring case. */
  readonly username: string;
  /** Lower-case username, for look-up. */
  readonly usernameKey: string;
  readonly role: Role;
  /** PHC string of a memory-hard hash; never leaves the store. */
  readonly passwordHash: string;
  readonly disabled: boolean;
  /** Jobs that this account submits are approved by rule. */
  readonly approvesOwn: boolean;
  readonly createTime: string;
}

/** A certificate by which an account logs in over OPC UA; its private key never leaves the client. */
export interface AccountCertificate {
  /** SHA-256 thumbprint, lower-case hexadecimal: a certificate stands for one account. */
  readonly id: string;
  readonly accountId: string;
  /** `CN=PLC 1, O=Lab`, at most 200 characters. */
  readonly subject: string;
  readonly expireTime: string;
  /** When it was added. */
  readonly createTime: string;
}

/** Who asks: passed to every use case, never trusted from a payload. */
export interface Actor {
  readonly accountId: string;
  readonly username: string;
  readonly role: Role;
  readonly approvesOwn: boolean;
}

export const actorOf = (account: Account): Actor => ({
  accountId: account.id,
  username: account.username,
  role: account.role,
  approvesOwn: account.approvesOwn,
});

export const usernamePattern = /^[A-Za-z0-9._@-]{1,64}$/;
