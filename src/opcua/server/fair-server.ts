import {
  AnonymousIdentityToken,
  type CallRequest,
  type CloseSessionRequest,
  type CreateMonitoredItemsRequest,
  type CreateSubscriptionRequest,
  type Message,
  type ModifyMonitoredItemsRequest,
  type ModifySubscriptionRequest,
  type ServerSecureChannelLayer,
  ServiceFault,
  type StatusCode,
  StatusCodes,
  type UserIdentityToken,
  UserNameIdentityToken,
} from 'node-opcua';
import type { OPCUAServerOptions, ServerSession } from 'node-opcua-server';
import type { Log } from '../../app/ports.ts';
import { type CallCounter, createCallCounter } from './call-counter.ts';
import { type Authorized, CertificateServer } from './certificate-server.ts';
import { createTurns, type Turns } from './fair-turns.ts';
import type { LargeValues } from './large-values.ts';
import {
  MAX_ANONYMOUS_ITEMS_PER_ADDRESS,
  MAX_ANONYMOUS_ITEMS_PER_SESSION,
  MAX_ANONYMOUS_SUBSCRIPTIONS,
  MAX_LONG_QUEUES_PER_ADDRESS,
  type OpcuaLimits,
} from './limits.ts';
import { weightOf } from './request-weight.ts';
import { admitActivation, displacedByCreation, type Place, type SessionLimits } from './session-quota.ts';
import type { Sockets } from './sockets.ts';
import {
  ANONYMOUS_CAPS,
  accountCaps,
  capLifetime,
  capQueue,
  type SubscriptionCaps,
} from './subscription-caps.ts';
import { tellOfChanges } from './told-items.ts';

interface SessionPlace extends Place {
  readonly session: ServerSession;
}

/** '' for an anonymous one. */
const accountOf = (token: UserIdentityToken): string =>
  token instanceof UserNameIdentityToken ? (token.userName ?? '').toLowerCase() : '';

const sessionOf = (message: Message): ServerSession | undefined =>
  message.session as ServerSession | undefined;

const isAnonymous = (session: ServerSession | undefined): session is ServerSession =>
  session?.userIdentityToken instanceof AnonymousIdentityToken;

/**
 * node-opcua bounds what all clients have together; this also bounds what those at one address or with one account
 * have, so that one of them cannot shut out the others. It has no hook for that but its own methods.
 */
export class FairServer extends CertificateServer {
  readonly #limits: SessionLimits & OpcuaLimits;
  readonly #caps: SubscriptionCaps;
  readonly #calls: CallCounter;
  readonly #log: Log;
  /** A session that lost its client has no channel to ask for the address. */
  readonly #addresses = new WeakMap<ServerSession, string>();
  /** Set once the listeners exist. */
  socketOf: Sockets['of'] = () => undefined;
  /** Set once the address space exists. */
  sizeOf: LargeValues = () => 0;
  readonly #turns: Turns<ServerSecureChannelLayer> = createTurns({
    nextTurn: setImmediate,
    pause: channel => this.socketOf(channel)?.pause(),
    resume: channel => this.socketOf(channel)?.resume(),
    isGone: channel => channel.aborted,
  });

  constructor(
    options: OPCUAServerOptions,
    certificatesFolder: string,
    limits: SessionLimits & OpcuaLimits,
    log: Log,
  ) {
    super(options, certificatesFolder);
    this.#limits = limits;
    this.#caps = accountCaps(limits.queueSize);
    this.#calls = createCallCounter(limits.callsPerSecond, () => performance.now());
    this.#log = log;
    this.on('create_session', session => {
      this.#addresses.set(session, session.channel?.remoteAddress ?? '');
      tellOfChanges(session);
      // Answers that nobody receives would count as signs of life of its subscriptions.
      session.on('channel_aborted', () =>
        session.publishEngine?.cancelPendingPublishRequestBeforeChannelChange(),
      );
      // Before node-opcua keeps them for whoever may come back.
      session.prependOnceListener('timeout', () => {
        if (isAnonymous(session)) for (const one of [...session.publishEngine.subscriptions]) one.terminate();
      });
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
      // node-opcua leaves a session its channel when that is closed, until the session is activated on another.
      connected: !session.aborted,
      since: session.creationDate.getTime(),
    }));
  }

  #close({ session, address, account }: SessionPlace): void {
    this.#log.info({ address, account }, 'An OPC UA session that nobody uses gave way to another');
    this.engine.closeSession(session.authenticationToken, true, 'Forcing');
  }

  #refuse(message: Message, channel: ServerSecureChannelLayer, statusCode: StatusCode): void {
    const fault = new ServiceFault({ responseHeader: { serviceResult: statusCode } });
    channel.send_response('MSG', fault, message);
  }

  override on_request(message: Message, channel: ServerSecureChannelLayer): void {
    this.#turns.take(channel, weightOf(message.request, this.sizeOf), () =>
      super.on_request(message, channel),
    );
  }

  protected override async _on_CreateSessionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): Promise<void> {
    const displaced = displacedByCreation(this.#places(), channel.remoteAddress, this.#limits);
    if (displaced !== undefined) this.#close(displaced);
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
      // It may have given way to another while the password was checked.
      if (session.status === 'closed' || session.status === 'disposed') {
        return callback(null, false, StatusCodes.BadSessionClosed);
      }
      const others = this.#places().filter(place => place.session !== session);
      const account = accountOf(token);
      const address = this.#addresses.get(session) ?? '';
      const verdict = admitActivation(others, { address, account }, this.#limits);
      if (!verdict.admitted) {
        this.#log.warn({ address, account, full: verdict.full }, 'A client has too many OPC UA sessions');
        this.engine.incrementSecurityRejectedSessionCount();
        return callback(null, false, StatusCodes.BadTooManySessions);
      }
      for (const closed of verdict.closed) this.#close(closed);
      callback(null, true, statusCode);
    });
  }

  protected override _on_CreateSubscriptionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): void {
    const session = sessionOf(message);
    if (isAnonymous(session) && session.currentSubscriptionCount >= MAX_ANONYMOUS_SUBSCRIPTIONS) {
      this.#refuse(message, channel, StatusCodes.BadTooManySubscriptions);
      return;
    }
    capLifetime(message.request as CreateSubscriptionRequest, this.#capsOf(session));
    super._on_CreateSubscriptionRequest(message, channel);
  }

  protected override _on_ModifySubscriptionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): void {
    capLifetime(message.request as ModifySubscriptionRequest, this.#capsOf(sessionOf(message)));
    super._on_ModifySubscriptionRequest(message, channel);
  }

  protected override _on_CreateMonitoredItemsRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): void {
    const session = sessionOf(message);
    const items = (message.request as CreateMonitoredItemsRequest).itemsToCreate ?? [];
    const asked = items.length;
    if (session !== undefined && !this.#hasRoomForItems(session, asked)) {
      const address = channel.remoteAddress;
      this.#log.warn({ address, asked }, 'A client has too many OPC UA monitored items');
      this.#refuse(message, channel, StatusCodes.BadTooManyMonitoredItems);
      return;
    }
    const caps = this.#capsFor(session, asked);
    for (const { itemToMonitor, requestedParameters } of items) {
      capQueue(requestedParameters, itemToMonitor.attributeId, caps);
    }
    super._on_CreateMonitoredItemsRequest(message, channel);
  }

  protected override _on_ModifyMonitoredItemsRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): void {
    const { subscriptionId, itemsToModify } = message.request as ModifyMonitoredItemsRequest;
    const session = sessionOf(message);
    const subscription = session?.getSubscription(subscriptionId);
    const caps = this.#capsFor(session, 0);
    for (const { monitoredItemId, requestedParameters } of itemsToModify ?? []) {
      const attributeId = subscription?.getMonitoredItem(monitoredItemId)?.itemToMonitor.attributeId ?? 0;
      capQueue(requestedParameters, attributeId, caps);
    }
    super._on_ModifyMonitoredItemsRequest(message, channel);
  }

  /** Subscriptions without a session are in nobody's quota: an anonymous client would pile them up. */
  protected override _on_CloseSessionRequest(message: Message, channel: ServerSecureChannelLayer): void {
    if (isAnonymous(sessionOf(message))) (message.request as CloseSessionRequest).deleteSubscriptions = true;
    super._on_CloseSessionRequest(message, channel);
  }

  /** The log tells of it once a second. */
  protected override _on_CallRequest(message: Message, channel: ServerSecureChannelLayer): void {
    const session = sessionOf(message);
    const token = session?.userIdentityToken;
    const account = token === undefined ? '' : accountOf(token);
    const asked = (message.request as CallRequest).methodsToCall?.length ?? 0;
    const verdict = this.#calls.add(account || (session ?? channel), asked);
    if (verdict === 'fits') {
      super._on_CallRequest(message, channel);
      return;
    }
    const address = channel.remoteAddress;
    if (verdict === 'first beyond')
      this.#log.warn({ address, account }, 'A client calls too many methods in a second');
    this.#refuse(message, channel, StatusCodes.BadServerTooBusy);
  }

  #capsOf(session: ServerSession | undefined): SubscriptionCaps {
    if (!isAnonymous(session)) return this.#caps;
    return { ...ANONYMOUS_CAPS, dataQueue: Math.min(ANONYMOUS_CAPS.dataQueue, this.#caps.dataQueue) };
  }

  #hasRoomForItems(session: ServerSession, asked: number): boolean {
    const anonymous = isAnonymous(session);
    const [perSession, perAddress] = anonymous
      ? [MAX_ANONYMOUS_ITEMS_PER_SESSION, MAX_ANONYMOUS_ITEMS_PER_ADDRESS]
      : [this.#limits.itemsPerSession, this.#limits.itemsPerAddress];
    if (session.currentMonitoredItemCount + asked > perSession) return false;
    return this.#itemsBeside(session, anonymous) + asked <= perAddress;
  }

  /** Of all sessions at the same address, or of those without an account alone. */
  #itemsBeside(session: ServerSession, anonymousOnly: boolean): number {
    const address = this.#addresses.get(session);
    return this.engine
      .getSessions()
      .filter(other => this.#addresses.get(other) === address && (!anonymousOnly || isAnonymous(other)))
      .reduce((sum, other) => sum + other.currentMonitoredItemCount, 0);
  }

  /** Who monitors very much gets short queues for it. */
  #capsFor(session: ServerSession | undefined, asked: number): SubscriptionCaps {
    const caps = this.#capsOf(session);
    const many =
      session !== undefined && this.#itemsBeside(session, false) + asked > MAX_LONG_QUEUES_PER_ADDRESS;
    return many
      ? { ...caps, dataQueue: ANONYMOUS_CAPS.dataQueue, eventQueue: ANONYMOUS_CAPS.eventQueue }
      : caps;
  }
}
