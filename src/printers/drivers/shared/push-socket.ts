import { WebSocket } from 'ws';
import { createBackOff } from '../../../app/back-off.ts';

/** In ms. */
export interface PushTimes {
  /** The first wait until another try; doubles up to `longest`. */
  readonly first: number;
  readonly longest: number;
  /** Between two pings; a socket that has said nothing from one to the next is dead. Also how long it may take to open. */
  readonly ping: number;
  /** Changes that come in a bunch are told once. */
  readonly bunch: number;
  /** Between two tellings, however much changes: each is answered by a reading. */
  readonly rest: number;
}

export const defaultPushTimes: PushTimes = {
  first: 1_000,
  longest: 60_000,
  ping: 20_000,
  bunch: 100,
  rest: 1_000,
};

/** What the protocol of a kind of printer does with its socket. */
export interface PushLine {
  send(text: string): void;
  /** The printer tells what it was asked for: the next loss starts with a short wait again. */
  works(): void;
  /** Something is new to be read. */
  tell(): void;
  /** Gives this socket up and opens another one later. */
  again(): void;
}

export interface PushSocketDeps<Ticket> {
  /** ws or wss. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** What has to be asked for before each opening, such as a log-in. */
  readonly prepare: (signal: AbortSignal) => Promise<Ticket>;
  readonly greet: (line: PushLine, ticket: Ticket) => void;
  readonly hear: (line: PushLine, text: string) => void;
  readonly changed: () => void;
  readonly times?: PushTimes;
  /** 0 to 1: spreads the tries of many printers. */
  readonly random?: () => number;
}

export interface PushSocket {
  start(): void;
  /** Nothing is called back afterwards, and nothing keeps the process alive. */
  close(): void;
}

/** More than any message that is meant for us; guards the memory. A longer one ends the socket. */
const MAX_MESSAGE = 256 * 1024;

/**
 * A printer's socket, for promptness alone: whatever it misses shows in the next reading, so it only ever tries again.
 * Not Node's own WebSocket: that waits for the answer of a dead server when it is closed, and keeps its socket open.
 */
export const createPushSocket = <Ticket>(deps: PushSocketDeps<Ticket>): PushSocket => {
  const { times = defaultPushTimes } = deps;
  const backOff = createBackOff(times.first, times.longest, deps.random);
  let closed = false;
  let preparing: AbortController | undefined;
  let socket: WebSocket | undefined;
  let answered = true;
  let retry: NodeJS.Timeout | undefined;
  let pinging: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;

  const tell = (): void => {
    const wait = Math.max(times.bunch, toldAt + times.rest - performance.now());
    telling ??= setTimeout(() => {
      telling = undefined;
      toldAt = performance.now();
      deps.changed();
    }, wait).unref();
  };

  const drop = (): void => {
    clearInterval(pinging);
    preparing?.abort(new Error('The socket is no longer wanted.'));
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

  const prepared = async (signal: AbortSignal): Promise<void> => {
    const ticket = await deps.prepare(signal);
    if (!signal.aborted) open(ticket);
  };

  const connect = (): void => {
    preparing = new AbortController();
    const { signal } = preparing;
    prepared(signal).catch(() => {
      if (!signal.aborted) again();
    });
  };

  /** @throws Error for what no request can carry, such as a key beyond Latin-1 */
  const open = (ticket: Ticket): void => {
    const opened = new WebSocket(deps.url, {
      headers: deps.headers,
      handshakeTimeout: times.ping,
      maxPayload: MAX_MESSAGE,
      perMessageDeflate: false,
    });
    socket = opened;
    const line: PushLine = { send: text => opened.send(text), works: backOff.reset, tell, again };
    /** Nobody is above a timer or an event who could catch it: whatever goes wrong costs this socket alone. */
    const guarded =
      <T extends unknown[]>(act: (...given: T) => void) =>
      (...given: T): void => {
        if (socket !== opened) return;
        try {
          act(...given);
        } catch {
          again();
        }
      };
    opened.on(
      'open',
      guarded(() => {
        answered = true;
        pinging = setInterval(
          guarded(() => ping(opened)),
          times.ping,
        ).unref();
        deps.greet(line, ticket);
      }),
    );
    opened.on(
      'pong',
      guarded(() => {
        answered = true;
      }),
    );
    opened.on(
      'message',
      guarded(data => {
        answered = true;
        deps.hear(line, String(data));
      }),
    );
    opened.on('error', guarded(again));
    opened.on('close', guarded(again));
  };

  const ping = (opened: WebSocket): void => {
    if (answered) opened.ping();
    else again();
    answered = false;
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
