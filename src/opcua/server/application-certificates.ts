import type { StatusCode } from 'node-opcua';
import { OPCUACertificateManager, type OPCUACertificateManagerOptions, StatusCodes } from 'node-opcua';
import { invalidity, readCertificate } from '../../app/accounts/read-certificate.ts';

type Callback = (error: Error | null, status?: StatusCode) => void;

/**
 * The store of the certificates of clients and discovery servers. node-opcua also takes keys that are too short, and
 * looks at the dates of trusted certificates alone: one that is accepted at first sight could be long expired.
 */
export class ApplicationCertificates extends OPCUACertificateManager {
  readonly #now: () => Date;

  constructor(options: OPCUACertificateManagerOptions, now: () => Date) {
    super(options);
    this.#now = now;
  }

  override checkCertificate(certificate: Buffer | Buffer[]): Promise<StatusCode>;
  override checkCertificate(certificate: Buffer | Buffer[], callback: Callback): void;
  override checkCertificate(
    certificate: Buffer | Buffer[],
    callback?: Callback,
  ): Promise<StatusCode> | undefined {
    const verdict = this.#check(certificate);
    if (callback === undefined) return verdict;
    verdict.then(status => callback(null, status), callback);
    return undefined;
  }

  async #check(certificate: Buffer | Buffer[]): Promise<StatusCode> {
    const [leaf] = Array.isArray(certificate) ? certificate : [certificate];
    const facts = leaf && readCertificate(leaf);
    if (facts === undefined) return StatusCodes.BadCertificateInvalid;
    if (facts.weakness !== '') return StatusCodes.BadCertificatePolicyCheckFailed;
    if (invalidity(facts, this.#now()) !== '') return StatusCodes.BadCertificateTimeInvalid;
    return super.checkCertificate(certificate);
  }
}
