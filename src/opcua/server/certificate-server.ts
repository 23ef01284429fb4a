import {
  type ActivateSessionRequest,
  type CreateSessionRequest,
  type EndpointDescription,
  type Message,
  MessageSecurityMode,
  OPCUACertificateManager,
  type ServerSecureChannelLayer,
  ServiceFault,
  type SignatureData,
  type StatusCode,
  StatusCodes,
  type UserIdentityToken,
  UserNameIdentityToken,
  X509IdentityToken,
} from 'node-opcua';
import { OPCUAServer, type OPCUAServerOptions, type ServerSession } from 'node-opcua-server';
import { type CertificateFacts, readCertificate } from '../../app/accounts/read-certificate.ts';

export type Authorized = (error: Error | null, isAuthorized?: boolean, statusCode?: StatusCode) => void;

/** The user name of the account that the certificate stands for; undefined when the log-in is refused. */
export type LogInByCertificate = (
  session: ServerSession,
  certificate: CertificateFacts,
) => Promise<string | undefined>;

/** Accounts say which user certificates count, not the store of application certificates. */
class UserCertificates extends OPCUACertificateManager {
  override checkCertificate(_certificate: unknown, callback?: unknown): Promise<StatusCode> {
    if (typeof callback === 'function') callback(null, StatusCodes.Good);
    return Promise.resolve(StatusCodes.Good);
  }
}

interface ShownCertificate {
  readonly token: X509IdentityToken;
  readonly facts: CertificateFacts;
}

/** Between the application that a session is for and the certificate of its channel; undefined without one. */
const mismatchOf = (
  { clientCertificate, clientDescription }: CreateSessionRequest,
  channel: ServerSecureChannelLayer,
): StatusCode | undefined => {
  if (channel.securityMode === MessageSecurityMode.None || channel.clientCertificate === null)
    return undefined;
  const own = readCertificate(channel.clientCertificate);
  if (own === undefined) return StatusCodes.BadCertificateInvalid;
  if (clientCertificate?.length) {
    // Whether the ApplicationUri fits it is looked at later.
    const isSame = readCertificate(clientCertificate)?.thumbprint === own.thumbprint;
    return isSame ? undefined : StatusCodes.BadCertificateInvalid;
  }
  return own.uri === (clientDescription.applicationUri ?? '')
    ? undefined
    : StatusCodes.BadCertificateUriInvalid;
};

/**
 * Log-ins by certificate. node-opcua checks that the client holds the private key, but then takes the name in the
 * certificate for the user's, which anybody may write there, and fails an assertion when such a session comes back on
 * another channel. So each such token is exchanged, before node-opcua sees it, for one with a user name, which is the
 * account's as soon as the certificate has been found with it.
 */
export class CertificateServer extends OPCUAServer {
  /** Set before the start. */
  logInByCertificate: LogInByCertificate = () => Promise.resolve(undefined);
  readonly #shown = new WeakMap<UserIdentityToken, ShownCertificate>();
  /** What a session was activated with, in case it comes back on another channel. */
  readonly #accepted = new WeakMap<
    ServerSession,
    { readonly thumbprint: string; readonly username: string }
  >();

  constructor(options: OPCUAServerOptions, certificatesFolder: string) {
    super({
      ...options,
      userCertificateManager: new UserCertificates({
        rootFolder: certificatesFolder,
        disableFileWatchers: true,
      }),
    });
  }

  /** OPC 10000-4, 5.7.2: a session belongs to the application that opened the channel. node-opcua takes any. */
  protected override async _on_CreateSessionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): Promise<void> {
    const status = mismatchOf(message.request as CreateSessionRequest, channel);
    if (status === undefined) return super._on_CreateSessionRequest(message, channel);
    this.engine.incrementSecurityRejectedSessionCount();
    const fault = new ServiceFault({ responseHeader: { serviceResult: status } });
    channel.send_response('MSG', fault, message);
  }

  protected override _on_ActivateSessionRequest(message: Message, channel: ServerSecureChannelLayer): void {
    const request = message.request as ActivateSessionRequest;
    const token = request.userIdentityToken;
    if (token instanceof X509IdentityToken) {
      const session = this.getSession(request.requestHeader.authenticationToken);
      request.userIdentityToken = this.#exchange(token, session);
    }
    super._on_ActivateSessionRequest(message, channel);
  }

  #exchange(token: X509IdentityToken, session: ServerSession | null): UserNameIdentityToken {
    const facts = readCertificate(token.certificateData ?? Buffer.alloc(0));
    const before = session === null ? undefined : this.#accepted.get(session);
    const isSame = facts !== undefined && before?.thumbprint === facts.thumbprint;
    const exchanged = new UserNameIdentityToken({
      policyId: token.policyId,
      userName: isSame ? before.username : '',
      password: Buffer.alloc(0),
    });
    if (facts !== undefined) this.#shown.set(exchanged, { token, facts });
    return exchanged;
  }

  protected override isValidUserIdentityToken(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    token: UserIdentityToken,
    signature: SignatureData,
    endpoint: EndpointDescription,
    callback: (error: Error | null, statusCode?: StatusCode) => void,
  ): void {
    const shown = this.#shown.get(token);
    if (shown === undefined) {
      super.isValidUserIdentityToken(channel, session, token, signature, endpoint, callback);
      return;
    }
    // The key that is asked for is that of the certificate that was looked at: nothing may follow it.
    if (shown.facts.der.length !== shown.token.certificateData?.length) {
      callback(null, StatusCodes.BadIdentityTokenRejected);
      return;
    }
    super.isValidUserIdentityToken(channel, session, shown.token, signature, endpoint, callback);
  }

  protected override isUserAuthorized(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    token: UserIdentityToken,
    callback: Authorized,
  ): void {
    const shown = this.#shown.get(token);
    if (shown === undefined) {
      super.isUserAuthorized(channel, session, token, callback);
      return;
    }
    const { facts } = shown;
    this.logInByCertificate(session, facts).then(
      username => {
        if (username === undefined) {
          callback(null, false, StatusCodes.BadIdentityTokenRejected);
          return;
        }
        (token as UserNameIdentityToken).userName = username;
        this.#accepted.set(session, { thumbprint: facts.thumbprint, username });
        callback(null, true);
      },
      () => callback(null, false),
    );
  }
}
