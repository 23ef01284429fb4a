/** A sound OctoPrint 1.11, as far as the driver asks: what it answers is what `test/support/fake-octoprint.ts` does. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { answering, drain, type Host, json, KEY, listen, now, type Taken, textOf } from './host.ts';

/** `current` comes so often at the throttle that the driver asks for, in ms. */
const CURRENT_EVERY = 5_000;

const flagsOf = (printing: boolean) => ({
  cancelling: false,
  closedOrError: false,
  error: false,
  finishing: false,
  operational: true,
  paused: false,
  pausing: false,
  printing,
  ready: !printing,
  resuming: false,
  sdReady: true,
});

export const startOctoPrintHost = async (pace: number): Promise<Host> => {
  const looks: number[] = [];
  const uploads: Taken[] = [];
  const files = new Map<string, number>();
  let selected: string | null = null;
  let printing = false;

  const stateText = (): string => (printing ? 'Printing' : 'Operational');

  const printer = () => ({
    state: { text: stateText(), error: '', flags: flagsOf(printing) },
    temperature: {
      bed: { actual: 60 + Math.random(), offset: 0, target: 60 },
      tool0: { actual: 209 + Math.random(), offset: 0, target: 210 },
    },
  });

  const job = () => ({
    job: {
      estimatedPrintTime: selected === null ? null : 3600,
      file: { date: selected && 1795366015, name: selected, path: selected, size: selected && 100 },
    },
    progress: { completion: printing ? 1 : null, printTime: printing ? 30 : null, printTimeLeft: null },
    state: stateText(),
  });

  const upload = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let name = '';
    // The first bytes name the file; the rest is for nobody.
    request.once('data', (chunk: Buffer) => {
      name = /filename="([^"]*)"/.exec(chunk.toString('latin1'))?.[1] ?? '';
    });
    const taken = await drain(request, pace);
    uploads.push(taken);
    files.set(name, taken.bytes);
    json(response, 201, { done: true, files: { local: { name, origin: 'local', path: name } } });
  };

  const fileCommand = async (path: string, request: IncomingMessage): Promise<number> => {
    const { print } = JSON.parse(await textOf(request)) as { print?: boolean };
    if (!files.has(path)) return 404;
    selected = path;
    printing = print === true;
    return 204;
  };

  const server = answering(async (request, response) => {
    const { method } = request;
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    if (request.headers['x-api-key'] !== KEY) return json(response, 403, { error: 'no permission' });
    if (path === '/api/printer') looks.push(now());
    if (path === '/api/printer') return json(response, 200, printer());
    if (path === '/api/job') return json(response, 200, job());
    if (path === '/api/login') return json(response, 200, { name: 'mes', session: 'session1' });
    if (path === '/api/files/local' && method === 'POST') return upload(request, response);
    const file = /^\/api\/files\/local\/(.+)$/.exec(path)?.[1];
    if (file !== undefined && method === 'POST') return json(response, await fileCommand(file, request));
    const size = file === undefined ? undefined : files.get(file);
    if (size === undefined) return json(response, 404, { error: 'not found' });
    return json(response, 200, { name: file, path: file, size });
  });

  const sockets = new WebSocketServer({ server, path: '/sockjs/websocket' });
  const current = (socket: WebSocket): void =>
    socket.send(JSON.stringify({ current: { state: { text: stateText(), flags: flagsOf(printing) } } }));
  sockets.on('connection', socket => {
    socket.send(JSON.stringify({ connected: { version: '1.11.8' } }));
    current(socket);
    const timer = setInterval(() => current(socket), CURRENT_EVERY);
    socket.on('close', () => clearInterval(timer));
    socket.on('error', () => undefined);
  });
  return { port: await listen(server), server, looks, uploads };
};
