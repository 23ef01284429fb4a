import { WebSocket } from 'ws';
import { createBackOff } from '../../../app/back-off.ts';
import { socketUrl } from '../printer-url.ts';
import type { MoonrakerAccess } from './client.ts';
import { requestOf, socketMessageOf, subscription } from './socket-messages.ts';

/** In ms. */
export interface SocketTimes {
  /** The first wait until another try; doubles up to `longest`. */
  readonly first: number;
  readonly longest: number;
  /** Between two pings; a socket that has not answered one by the next is dead. Also how long it may take to open. */
  readonly ping: number;
  /** Changes that come in a bunch are told once. */
  readonly bunch: number;
}

export const defaultSocketTimes: SocketTimes = { first: 1_000, longest: 60_000, ping: 20_000, bunch: 100 };

export interface SocketDeps {
  readonly access: MoonrakerAccess;
  /** Something is new to be read. */
  readonly changed: () => void;
  readonly times?: SocketTimes;
  /** 0 to 1: spreads the tries of many printers. */
  readonly random?: () => number;
}

export interface Socket {
  start(): void;
  /** Nothing is called back afterwards, and nothing keeps the process alive. */
  close(): void;
}

/** More than any message that is meant for us; guards the memory. A longer one ends the socket. */
const MAX_MESSAGE = 256 * 1024;

const IDENTIFY = 1;
const SUBSCRIBE = 2;

/**
 * Moonraker's socket, for promptness alone: whatever it misses shows in the next reading, so it only ever tries again.
 * Not Node's own WebSocket: that waits for the answer of a dead server when it is closed.
 */
export const createSocket = (deps: SocketDeps): Socket => {
  const { access, times = defaultSocketTimes } = deps;
  const backOff = createBackOff(times.first, times.longest, deps.random);
  let closed = false;
  let socket: WebSocket | undefined;
  let answered = true;
  let retry: NodeJS.Timeout | undefined;
  let pinging: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;

  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      deps.changed();
    }, times.bunch).unref();
  };

  const drop = (): void => {
    clearInterval(pinging);
    const old = socket;
    socket = undefined;
    // A handler that is called late finds that the socket is not the one in use.
    old?.terminate();
  };

  const again = (): void => {
    drop();
    if (closed) return;
    clearTimeout(retry);
    retry = setTimeout(connect, backOff.next()).unref();
  };

  const connect = (): void => {
    const opened = new WebSocket(socketUrl(access.url, 'websocket'), {
      headers: { 'X-Api-Key': access.apiKey },
      handshakeTimeout: times.ping,
      maxPayload: MAX_MESSAGE,
      perMessageDeflate: false,
    });
    socket = opened;
    const current = (act: () => void) => (): void => {
      if (socket === opened) act();
    };
    opened.on('open', current(opening(opened)));
    opened.on('pong', current(alive));
    opened.on('message', data => {
      if (socket === opened) hear(opened, String(data));
    });
    opened.on('error', current(again));
    opened.on('close', current(again));
  };

  const alive = (): void => {
    answered = true;
  };

  const opening = (opened: WebSocket) => (): void => {
    answered = true;
    const client = { client_name: 'MES Printing Server', version: '1', type: 'other', url: '' };
    opened.send(requestOf('server.connection.identify', { ...client, api_key: access.apiKey }, IDENTIFY));
    subscribe(opened);
    pinging = setInterval(() => {
      if (!answered) return again();
      answered = false;
      opened.ping();
    }, times.ping).unref();
  };

  const subscribe = (opened: WebSocket): void =>
    opened.send(requestOf('printer.objects.subscribe', { objects: subscription }, SUBSCRIBE));

  const hear = (opened: WebSocket, text: string): void => {
    answered = true;
    const message = socketMessageOf(text);
    if (message.kind === 'ready') subscribe(opened);
    if (message.kind === 'changed' || message.kind === 'ready') tell();
    if (message.kind !== 'answer') return;
    // Without an accepted key nothing will ever be told; without Klipper it says when it is back.
    if (message.id === IDENTIFY && !message.ok) again();
    if (message.id === IDENTIFY && message.ok) backOff.reset();
    if (message.id === SUBSCRIBE && message.ok) tell();
  };

  return {
    start: connect,
    close() {
      closed = true;
      clearTimeout(retry);
      clearTimeout(telling);
      drop();
    },
  };
};
