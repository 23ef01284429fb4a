import {
  AnonymousIdentityToken,
  type CreateMonitoredItemsRequest,
  type Message,
  OPCUAServer,
  type OPCUAServerOptions,
  type ServerSecureChannelLayer,
  type ServerSession,
  ServiceFault,
  type StatusCode,
  StatusCodes,
  type UserIdentityToken,
  UserNameIdentityToken,
} from 'node-opcua';
import type { Log } from '../../app/ports.ts';
import { MAX_ITEMS_PER_ADDRESS, MAX_ITEMS_PER_SESSION } from './limits.ts';
import { admitAccount, admitAddress, type Place, type SessionLimits, type Verdict } from './session-quota.ts';

interface SessionPlace extends Place {
  readonly session: ServerSession;
}

type Authorized = (error: Error | null, isAuthorized?: boolean, statusCode?: StatusCode) => void;

/** '' for an anonymous one. */
const accountOf = (token: UserIdentityToken): string =>
  token instanceof UserNameIdentityToken ? (token.userName ?? '').toLowerCase() : '';

/**
 * node-opcua bounds what all clients have together; this also bounds what those at one address or with one account
 * have, so that one of them cannot shut out the others. It has no hook for that but its own methods.
 */
export class FairServer extends OPCUAServer {
  readonly #limits: SessionLimits;
  readonly #log: Log;
  /** A session that lost its client has no channel to ask for the address. */
  readonly #addresses = new WeakMap<ServerSession, string>();

  constructor(options: OPCUAServerOptions, limits: SessionLimits, log: Log) {
    super(options);
    this.#limits = limits;
    this.#log = log;
    this.on('create_session', session => {
      this.#addresses.set(session, session.channel?.remoteAddress ?? '');
    });
  }

  #places(): SessionPlace[] {
    return this.engine.getSessions().map(session => ({
      session,
      address: this.#addresses.get(session) ?? '',
      account:
        session.status === 'active' && session.userIdentityToken
          ? accountOf(session.userIdentityToken)
          : undefined,
      connected: session.channel !== undefined,
      since: session.creationDate.getTime(),
    }));
  }

  #makeRoom({ closed }: Verdict<SessionPlace>): void {
    if (closed === undefined) return;
    this.#log.debug({ address: closed.address }, 'A session that nobody uses gave way to another');
    this.engine.closeSession(closed.session.authenticationToken, true, 'Forcing');
  }

  #refuse(message: Message, channel: ServerSecureChannelLayer, statusCode: StatusCode): void {
    const fault = new ServiceFault({ responseHeader: { serviceResult: statusCode } });
    channel.send_response('MSG', fault, message);
  }

  protected override async _on_CreateSessionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): Promise<void> {
    const address = channel.remoteAddress;
    const verdict = admitAddress(this.#places(), address, this.#limits);
    if (!verdict.admitted) {
      const { sessionsPerAddress } = this.#limits;
      this.#log.warn({ address, sessionsPerAddress }, 'A client has too many OPC UA sessions');
      this.engine.incrementSecurityRejectedSessionCount();
      return this.#refuse(message, channel, StatusCodes.BadTooManySessions);
    }
    this.#makeRoom(verdict);
    return super._on_CreateSessionRequest(message, channel);
  }

  protected override isUserAuthorized(
    channel: ServerSecureChannelLayer,
    session: ServerSession,
    token: UserIdentityToken,
    callback: Authorized,
  ): void {
    super.isUserAuthorized(channel, session, token, (error, isAuthorized, statusCode) => {
      if (error !== null || !isAuthorized) return callback(error, isAuthorized, statusCode);
      const others = this.#places().filter(place => place.session !== session);
      const verdict = admitAccount(others, accountOf(token), this.#limits);
      if (!verdict.admitted) {
        const anonymous = token instanceof AnonymousIdentityToken;
        this.#log.warn(
          { address: channel.remoteAddress, anonymous },
          'Too many OPC UA sessions without an account, or with the same one',
        );
        return callback(null, false, StatusCodes.BadTooManySessions);
      }
      this.#makeRoom(verdict);
      callback(null, true, statusCode);
    });
  }

  protected override _on_CreateMonitoredItemsRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): void {
    const { session } = message;
    const asked = (message.request as CreateMonitoredItemsRequest).itemsToCreate?.length ?? 0;
    if (session !== undefined && !this.#hasRoomForItems(session as ServerSession, asked)) {
      const address = channel.remoteAddress;
      this.#log.warn({ address, asked }, 'A client has too many OPC UA monitored items');
      this.#refuse(message, channel, StatusCodes.BadTooManyMonitoredItems);
    } else {
      super._on_CreateMonitoredItemsRequest(message, channel);
    }
  }

  #hasRoomForItems(session: ServerSession, asked: number): boolean {
    if (session.currentMonitoredItemCount + asked > MAX_ITEMS_PER_SESSION) return false;
    const address = this.#addresses.get(session);
    const atAddress = this.engine
      .getSessions()
      .filter(other => this.#addresses.get(other) === address)
      .reduce((sum, other) => sum + other.currentMonitoredItemCount, 0);
    return atAddress + asked <= MAX_ITEMS_PER_ADDRESS;
  }
}
