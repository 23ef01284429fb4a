import { socketUrl } from '../shared/printer-url.ts';
import { createPushSocket, type PushLine, type PushSocket, type PushTimes } from '../shared/push-socket.ts';
import type { MoonrakerAccess } from './client.ts';
import { requestOf, socketMessageOf, subscription } from './socket-messages.ts';

export interface SocketDeps {
  readonly access: MoonrakerAccess;
  /** Something is new to be read. */
  readonly changed: () => void;
  readonly times?: PushTimes;
}

const IDENTIFY = 1;
const SUBSCRIBE = 2;

const subscribe = (line: PushLine): void =>
  line.send(requestOf('printer.objects.subscribe', { objects: subscription }, SUBSCRIBE));

/** Moonraker's socket (moonraker.readthedocs.io, JSON-RPC): tells that something is new to be read. */
export const createSocket = ({ access, changed, times }: SocketDeps): PushSocket =>
  createPushSocket({
    url: socketUrl(access.url, 'websocket'),
    headers: { 'X-Api-Key': access.apiKey },
    changed,
    ...(times && { times }),
    prepare: async () => undefined,
    greet(line) {
      const client = { client_name: 'MES Printing Server', version: '1', type: 'other', url: '' };
      line.send(requestOf('server.connection.identify', { ...client, api_key: access.apiKey }, IDENTIFY));
      subscribe(line);
    },
    hear(line, text) {
      const message = socketMessageOf(text);
      if (message.kind === 'ready') subscribe(line);
      if (message.kind === 'changed' || message.kind === 'ready') line.tell();
      if (message.kind !== 'answer') return;
      // Without an accepted key nothing will ever be told; without Klipper it says when it is back.
      if (message.id === IDENTIFY && !message.ok) line.again();
      if (message.id === IDENTIFY && message.ok) line.works();
      if (message.id === SUBSCRIBE && message.ok) line.tell();
    },
  });
