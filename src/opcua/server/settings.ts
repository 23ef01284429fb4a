import type { OpcuaLimits } from './limits.ts';

export interface OpcuaSettings {
  /** Address that the server listens on. */
  readonly host: string;
  /** 0 lets the system choose one. */
  readonly port: number;
  /** Names and addresses under which clients reach it: endpoints and certificate; at least one. */
  readonly hostnames: readonly string[];
  /** The PKI store: own/, trusted/, issuers/, rejected/. */
  readonly certificatesFolder: string;
  /** Whether clients without an account may read what is public. */
  readonly anonymous: boolean;
  /**
   * Whether application certificates are taken at first sight. Sane in a lab, where accounts decide who may do
   * what; the channel is encrypted either way. Otherwise staff move them from rejected/ to trusted/certs/.
   */
  readonly acceptUnknownCertificates: boolean;
  /** Of the discovery server to register with; '' for none. */
  readonly discoveryUrl: string;
  readonly maxSessions: number;
  /** Of clients at one address: one host does not shut out the others. */
  readonly maxSessionsPerAddress: number;
  /** What clients may hold and do; what is left out is as by default. */
  readonly limits?: Partial<OpcuaLimits>;
  /** Diagnostics nodes for each session: SCADA users may expect them, a connect costs ten times as much. */
  readonly sessionDiagnostics: boolean;
  /** Job objects in the address space at most; methods never need them. */
  readonly jobNodes: number;
  /** Past values kept of each historized variable; absent, 0: no history. */
  readonly historyValues?: number;
  /** Told as MaxDownloadableJobOrders; absent: 20 000, as by default. */
  readonly maxOpenJobs?: number;
  /** Of this software, for BuildInfo. */
  readonly version: string;
}
