import { socketUrl } from '../shared/printer-url.ts';
import { createPushSocket, type PushSocket, type PushTimes } from '../shared/push-socket.ts';
import { type PushEvent, pushEvents, pushMessageOf } from './push-messages.ts';

export interface PushDeps {
  /** Of OctoPrint itself: http or https. */
  readonly url: string;
  /** `name:session` for the socket. */
  readonly logIn: (signal: AbortSignal) => Promise<string>;
  /** Something is new to be read. */
  readonly changed: () => void;
  readonly heard: (event: PushEvent) => void;
  readonly times?: PushTimes;
}

/** `current` at most every 5 s: its temperatures are read by polling, it only shows that the socket lives. */
const THROTTLE = 10;

/** OctoPrint's socket (docs.octoprint.org, Push updates): tells when to read, and why a print ended. */
export const createPush = ({ url, logIn, changed, heard, times }: PushDeps): PushSocket => {
  let state = '';
  return createPushSocket({
    url: socketUrl(url, 'sockjs/websocket'),
    changed,
    ...(times && { times }),
    prepare: logIn,
    greet(line, auth) {
      state = '';
      const subscribe = { state: { logs: false, messages: false }, events: pushEvents, plugins: false };
      line.send(JSON.stringify({ subscribe }));
      line.send(JSON.stringify({ throttle: THROTTLE }));
      line.send(JSON.stringify({ auth }));
    },
    hear(line, text) {
      const message = pushMessageOf(text);
      if (message.kind === 'reauthRequired') line.again();
      // Whoever is told something may read.
      if (message.kind === 'state' || message.kind === 'event') line.works();
      if (message.kind === 'event') heard(message.event);
      if (message.kind === 'event' || (message.kind === 'state' && message.text !== state)) line.tell();
      if (message.kind === 'state') state = message.text;
    },
  });
};
