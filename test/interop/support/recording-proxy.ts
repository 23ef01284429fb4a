import {
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { until } from '../../support/until.ts';

/** What a request means to OctoPrint. `start` is a select that prints, or the job command. */
export type RequestKind =
  | 'upload'
  | 'select'
  | 'start'
  | 'cancel'
  | 'pause'
  | 'resume'
  | 'delete'
  | 'poll'
  | 'other';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly kind: RequestKind;
  /** OctoPrint's answer; 0 while there is none. */
  status: number;
  /** Whether our process got that answer. */
  delivered: boolean;
}

/** before: received and not forwarded; after: answered by OctoPrint, the answer not delivered. */
export type Moment = `before ${RequestKind}` | `after ${RequestKind}`;

export interface RecordingProxy {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  countOf(kind: RequestKind): number;
  /** Once, at the next such moment: the act runs (a kill, say) and the connection is cut. Resolves when it has. */
  at(moment: Moment, act?: () => Promise<unknown>): Promise<void>;
  /** The printer can't be reached until `open` is called. */
  close(): void;
  open(): void;
  stop(): Promise<void>;
}

const kindOf = (method: string, path: string, body: Buffer): RequestKind => {
  if (method === 'GET') return 'poll';
  if (method === 'DELETE') return 'delete';
  if (method !== 'POST') return 'other';
  if (path === '/api/files/local') return 'upload';
  let order: { command?: unknown; print?: unknown; action?: unknown };
  try {
    order = JSON.parse(body.toString()) as typeof order;
  } catch {
    return 'other';
  }
  if (path.startsWith('/api/files/local/') && order.command === 'select') {
    return order.print === true ? 'start' : 'select';
  }
  if (path !== '/api/job') return 'other';
  if (order.command === 'start' || order.command === 'restart') return 'start';
  if (order.command === 'cancel') return 'cancel';
  if (order.command === 'pause') return order.action === 'resume' ? 'resume' : 'pause';
  return 'other';
};

interface Armed {
  readonly moment: Moment;
  readonly fire: () => Promise<void>;
}

/** Stands between the server and a printer's HTTP interface, writes down each request and cuts where it is told. */
export const startRecordingProxy = async (target: string): Promise<RecordingProxy> => {
  const requests: RecordedRequest[] = [];
  let armed: Armed | undefined;
  let open = true;

  /** True when the connection was cut there. */
  const cutAt = async (moment: Moment, incoming: IncomingMessage): Promise<boolean> => {
    if (armed?.moment !== moment) return false;
    const { fire } = armed;
    armed = undefined;
    await fire();
    incoming.socket.destroy();
    return true;
  };

  const pass = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const { pathname } = new URL(incoming.url ?? '/', target);
    const method = incoming.method ?? 'GET';
    const kind = kindOf(method, pathname, body);
    const record: RecordedRequest = { method, path: pathname, kind, status: 0, delivered: false };
    requests.push(record);
    if (await cutAt(`before ${kind}`, incoming)) return;

    const reply = await new Promise<{ head: IncomingMessage; body: Buffer }>((resolve, reject) => {
      const outgoing = forward(
        new URL(incoming.url ?? '/', target),
        { method, headers: incoming.headers, timeout: 20_000 },
        head => buffer(head).then(content => resolve({ head, body: content }), reject),
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error('OctoPrint did not answer within 20 s')));
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    record.status = reply.head.statusCode ?? 0;
    if (await cutAt(`after ${kind}`, incoming)) return;
    answer.writeHead(record.status, reply.head.headers);
    answer.end(reply.body, () => {
      record.delivered = true;
    });
  };

  const server: Server = createServer((incoming, answer) => {
    if (!open) {
      incoming.socket.destroy();
      return;
    }
    pass(incoming, answer).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy got no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    countOf: kind => requests.filter(request => request.kind === kind).length,
    async at(moment, act = async () => {}) {
      let done = false;
      armed = {
        moment,
        async fire() {
          await act();
          done = true;
        },
      };
      await until(`the moment "${moment}"`, () => done, { timeout: 60_000 });
    },
    close() {
      open = false;
      server.closeAllConnections();
    },
    open() {
      open = true;
    },
    stop() {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
};
