import { createBackOff } from '../../../app/back-off.ts';
import { socketUrl } from '../printer-url.ts';
import { type PushEvent, pushEvents, pushMessageOf } from './push-messages.ts';

/** In ms. */
export interface PushTimes {
  /** The first wait until another try; doubles up to `longest`. */
  readonly first: number;
  readonly longest: number;
  /** A socket without a message for so long counts as dead; also how long it may take to open. */
  readonly silence: number;
}

/** A connected printer's temperatures come every few seconds, so a live socket is never silent for a minute. */
export const defaultPushTimes: PushTimes = { first: 1_000, longest: 60_000, silence: 60_000 };

export interface PushDeps {
  /** Of OctoPrint itself: http or https. */
  readonly url: string;
  /** `name:session` for the socket. */
  readonly logIn: (signal: AbortSignal) => Promise<string>;
  /** Something is new to be read. */
  readonly changed: () => void;
  readonly heard: (event: PushEvent) => void;
  readonly times?: PushTimes;
  /** 0 to 1: spreads the tries of many printers. */
  readonly random?: () => number;
}

export interface Push {
  start(): void;
  /** Nothing is called back afterwards. */
  close(): void;
}

/** `current` at most every 5 s: its temperatures are read by polling, it only shows that the socket lives. */
const THROTTLE = 10;

/**
 * OctoPrint's socket, for promptness alone: whatever it misses shows in the next reading, so it only ever tries again.
 */
export const createPush = (deps: PushDeps): Push => {
  const { times = defaultPushTimes } = deps;
  const backOff = createBackOff(times.first, times.longest, deps.random);
  let closed = false;
  let socket: WebSocket | undefined;
  let logIn: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let state = '';

  /** At most one timer at a time: the wait for the next try, or for the next message. */
  const after = (milliseconds: number, act: () => void): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(act, milliseconds).unref();
  };

  const again = (): void => {
    drop();
    after(backOff.next(), connect);
  };

  const drop = (): void => {
    logIn?.abort(new Error('The socket is no longer wanted.'));
    logIn = undefined;
    const old = socket;
    socket = undefined;
    // A handler that is called late finds that the socket is not the one in use.
    old?.close();
  };

  const connect = (): void => {
    const abort = new AbortController();
    logIn = abort;
    deps.logIn(abort.signal).then(
      auth => {
        if (!abort.signal.aborted) open(auth);
      },
      () => {
        if (!abort.signal.aborted) again();
      },
    );
  };

  const open = (auth: string): void => {
    const opened = new WebSocket(socketUrl(deps.url, 'sockjs/websocket'));
    socket = opened;
    state = '';
    const current = (act: () => void) => (): void => {
      if (socket === opened) act();
    };
    after(times.silence, again);
    opened.onopen = current(() => {
      const subscribe = { state: { logs: false, messages: false }, events: pushEvents, plugins: false };
      opened.send(JSON.stringify({ subscribe }));
      opened.send(JSON.stringify({ throttle: THROTTLE }));
      opened.send(JSON.stringify({ auth }));
    });
    opened.onmessage = ({ data }) => {
      if (socket === opened) hear(data);
    };
    opened.onerror = current(again);
    opened.onclose = current(again);
  };

  const hear = (data: unknown): void => {
    after(times.silence, again);
    const message = pushMessageOf(data);
    if (message.kind === 'reauthRequired') again();
    // Whoever is told something may read, so the next loss starts with a short wait again.
    if (message.kind === 'state' || message.kind === 'event') backOff.reset();
    if (message.kind === 'event') deps.heard(message.event);
    if (message.kind === 'event' || (message.kind === 'state' && message.text !== state)) deps.changed();
    if (message.kind === 'state') state = message.text;
  };

  return {
    start: connect,
    close() {
      closed = true;
      clearTimeout(timer);
      drop();
    },
  };
};
