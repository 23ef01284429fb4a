/**
 * Stands in for OctoPrint 1.11 with a virtual printer: statuses, texts and quirks as observed on a live one.
 * Prints move on when the test says so; nothing here waits.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acceptWebSockets, type FakeSocket } from './fake-websocket.ts';
import { createMishapPlan, serveWhole } from './mishaps.ts';

type State =
  | 'Operational'
  | 'Printing'
  | 'Pausing'
  | 'Paused'
  | 'Resuming'
  | 'Cancelling'
  | 'Closed'
  | 'Error';

interface FakeFile {
  readonly size: number;
  readonly userdata: unknown;
  /** Absent until a print of the file has ended. */
  prints?: { success: number; failure: number; last: { date: number; success: boolean } };
}

export type FakeOctoPrint = Awaited<ReturnType<typeof startFakeOctoPrint>>;

export const API_KEY = 'fake-key';

const busyStates: readonly State[] = ['Printing', 'Pausing', 'Paused', 'Resuming', 'Cancelling'];

const flagsOf = (state: State): Record<string, boolean> => ({
  cancelling: state === 'Cancelling',
  closedOrError: state === 'Closed' || state === 'Error',
  error: state === 'Error',
  finishing: false,
  operational: state !== 'Closed' && state !== 'Error',
  paused: state === 'Paused',
  pausing: state === 'Pausing',
  printing: busyStates.includes(state) && state !== 'Paused',
  ready: state === 'Operational',
  resuming: state === 'Resuming',
  sdReady: true,
});

export const startFakeOctoPrint = async (now: () => Date = () => new Date()) => {
  const files = new Map<string, FakeFile>();
  /** Paths of the prints that have begun, in order: the evidence of "exactly once". */
  const started: string[] = [];
  const requests: string[] = [];
  const plan = createMishapPlan();
  const refusals: { readonly match: RegExp; readonly status: number }[] = [];
  let state: State = 'Operational';
  let selected: string | null = null;
  let completion: number | null = null;
  let fault = '';
  let key = API_KEY;
  let sanitise = (name: string): string => name;
  const sockets: FakeSocket[] = [];
  let software = 'OctoPrint 1.11.8';
  let webcam: object = { webcamEnabled: false, webcams: [] };
  let profile: object = { model: 'Generic RepRap Printer', extruder: { nozzleDiameter: 0.4 } };
  let sessions = 0;
  let acceptsSockets = true;
  let pendingKey: { readonly app: string; readonly user: string; decision?: boolean } | undefined;
  let free = 8e9;

  /** To every socket that has logged in. */
  const push = (message: object): void => {
    for (const socket of sockets) {
      if (socket.received.some(text => text.includes('"auth"'))) socket.send(JSON.stringify(message));
    }
  };
  const pushEvent = (type: string, payload: object | null = null): void => push({ event: { type, payload } });
  const pushEnd = (path: string | null, type: string, details: object = {}): void =>
    pushEvent(type, { name: path, path, origin: 'local', ...details });

  const busy = (): boolean => busyStates.includes(state);

  const recordEnd = (success: boolean): void => {
    const file = selected === null ? undefined : files.get(selected);
    if (file === undefined) return;
    const before = file.prints ?? { success: 0, failure: 0 };
    file.prints = {
      success: before.success + (success ? 1 : 0),
      failure: before.failure + (success ? 0 : 1),
      last: { date: now().getTime() / 1000, success },
    };
  };

  const begin = (path: string): void => {
    selected = path;
    state = 'Printing';
    completion = 0;
    started.push(path);
    pushEnd(path, 'PrintStarted');
  };

  const cancel = (): void => {
    recordEnd(false);
    pushEnd(selected, 'PrintCancelled');
    pushEnd(selected, 'PrintFailed', { reason: 'cancelled' });
    state = 'Operational';
    completion = null;
  };

  type Answer = readonly [status: number, body?: unknown];
  const error = (status: number, message: string): Answer => [status, { error: message }];

  const printer = (): Answer => {
    if (state === 'Closed' || state === 'Error') return error(409, 'Printer is not operational');
    const shown = state;
    // It takes a moment to pause and to go on.
    if (state === 'Pausing') state = 'Paused';
    if (state === 'Resuming') state = 'Printing';
    return [
      200,
      {
        state: { text: shown, error: '', flags: flagsOf(shown) },
        temperature: {
          bed: { actual: 60.5, offset: 0, target: 60 },
          tool0: { actual: 209.5, offset: 0, target: 210 },
        },
      },
    ];
  };

  const job = (): Answer => [
    200,
    {
      job: {
        averagePrintTime: null,
        estimatedPrintTime: selected === null ? null : 120,
        file: { date: selected && 1795366015, name: selected, path: selected, size: selected && 100 },
        user: selected && 'mes',
      },
      progress: { completion, filepos: null, printTime: completion && 30, printTimeLeft: completion && 90 },
      state: state === 'Error' ? 'Offline after error' : state === 'Closed' ? 'Offline' : state,
      ...(fault === '' ? {} : { error: fault }),
    },
  ];

  const jobCommand = (body: { command?: string; action?: string }): Answer => {
    // Seen live: a silent 204 although nothing can be started.
    if (body.command === 'start') {
      if (busy()) return error(409, 'Printer already has an active print job');
      if (selected !== null) begin(selected);
      return [204];
    }
    if (!busy()) return error(409, `Printer is neither printing nor paused, '${body.command}' command`);
    if (body.command === 'cancel') cancel();
    else if (body.action === 'pause' && state === 'Printing') state = 'Pausing';
    // Seen live: a resume while Pausing does nothing.
    else if (body.action === 'resume' && state === 'Paused') state = 'Resuming';
    return [204];
  };

  const upload = (request: IncomingMessage, body: string): Answer => {
    if (request.headers['content-length'] === undefined) return [411];
    // What its upload handler answers to a disk that is full.
    if (free < body.length) return error(500, 'Internal Server Error');
    const name = /filename="([^"]*)"/.exec(body)?.[1] ?? '';
    const path = sanitise(name);
    if (!/\.(gcode|gco|g)$/.test(path)) return error(415, 'Could not upload file, invalid type');
    if (busy() && selected === path)
      return error(409, 'Trying to overwrite file that is currently being printed');
    const userdata = /name="userdata"\r\n\r\n([^\r]*)/.exec(body)?.[1];
    const content = /octet-stream\r\n\r\n([\s\S]*)\r\n--[^\r]*--\r\n$/.exec(body)?.[1] ?? '';
    const prints = files.get(path)?.prints;
    files.set(path, {
      size: Buffer.byteLength(content),
      userdata: userdata && JSON.parse(userdata),
      ...(prints === undefined ? {} : { prints }),
    });
    const done = { done: true, effectivePrint: false, effectiveSelect: false };
    return [201, { ...done, files: { local: { name: path, origin: 'local', path } } }];
  };

  const fileCommand = (
    path: string,
    body: { command?: string; print?: boolean; destination?: string },
  ): Answer => {
    const file = files.get(path);
    if (file === undefined) return error(404, 'The requested URL was not found on the server.');
    if (body.command === 'move') {
      if (busy() && selected === path) return error(409, 'Trying to move a file that is currently in use');
      files.delete(path);
      files.set(String(body.destination), file);
      if (selected === path) selected = null;
      return [201, { path: body.destination }];
    }
    // Seen live: the same text when it is offline.
    if (busy() || state !== 'Operational') {
      return error(409, 'Printer is already printing, cannot select a new file');
    }
    selected = path;
    completion = null;
    if (body.print) begin(path);
    return [204];
  };

  const remove = (path: string): Answer => {
    if (!files.has(path)) return error(404, 'The requested URL was not found on the server.');
    if (busy() && selected === path) return error(409, 'Trying to delete a file that is currently in use');
    files.delete(path);
    if (selected === path) {
      selected = null;
      completion = null;
    }
    return [204];
  };

  /** The part of the Application Keys plugin that asks for no key. */
  const keyHandshake = (method: string, path: string, body: string): Answer | undefined => {
    if (path === '/plugin/appkeys/probe') return [204];
    if (path === '/plugin/appkeys/request' && method === 'POST') {
      pendingKey = { user: '', ...JSON.parse(body) };
      return [201, { app_token: 'token1', auth_dialog: 'http://octo/plugin/appkeys/auth/token1' }];
    }
    if (path !== '/plugin/appkeys/request/token1') return undefined;
    if (pendingKey === undefined || pendingKey.decision === false) return error(404, 'not found');
    if (pendingKey.decision === undefined) return [202, { message: 'Awaiting decision' }];
    pendingKey = undefined;
    return [200, { api_key: key }];
  };

  const route = (request: IncomingMessage, body: string): Answer => {
    const method = request.method ?? '';
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    const open = keyHandshake(method, path, body);
    if (open !== undefined) return open;
    if (request.headers['x-api-key'] !== key) {
      return method === 'GET'
        ? error(403, "You don't have the permission to access the requested resource.")
        : error(400, 'CSRF validation failed');
    }
    const refusal = refusals.find(({ match }) => match.test(`${method} ${path} ${body}`));
    if (refusal !== undefined) return error(refusal.status, 'Refused by the test');
    if (path === '/api/version') return [200, { api: '0.1', server: '1.11.8', text: software }];
    if (path === '/api/printerprofiles')
      return [200, { profiles: { _default: { ...profile, current: true } } }];
    if (path === '/api/settings') return [200, { webcam }];
    if (path === '/api/login') {
      sessions += 1;
      return [200, { name: 'mes', session: `session${sessions}` }];
    }
    if (path === '/api/printer') return printer();
    if (path === '/api/job') return method === 'GET' ? job() : jobCommand(JSON.parse(body));
    if (path === '/api/connection') {
      if (method === 'GET') return [200, { current: { state: state === 'Error' ? 'Closed' : state } }];
      if (state === 'Closed' || state === 'Error') state = 'Operational';
      fault = '';
      return [204];
    }
    if (path === '/api/files/local' && method === 'POST') return upload(request, body);
    if (path === '/api/files/local') return [200, { files: [], free, total: 8e9 }];
    const file = /^\/api\/files\/local\/(.+)$/.exec(path)?.[1];
    if (file === undefined) return error(404, 'The requested URL was not found on the server.');
    if (method === 'POST') return fileCommand(file, JSON.parse(body));
    if (method === 'DELETE') return remove(file);
    const found = files.get(file);
    return found === undefined ? error(404, 'not found') : [200, { name: file, path: file, ...found }];
  };

  const handle = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    serveWhole(plan, requests, { request, response }, async (_line, body) => {
      const [status, answer] = route(request, body);
      return () => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(answer === undefined ? undefined : JSON.stringify(answer));
      };
    });

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  acceptWebSockets(
    server,
    ({ url }) => acceptsSockets && url === '/sockjs/websocket',
    socket => {
      sockets.push(socket);
      socket.send(JSON.stringify({ connected: { version: '1.11.8' } }));
    },
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    files,
    started,
    requests,
    /** Bytes that its disk has left. */
    leave(bytes: number): void {
      free = bytes;
    },
    mishap: plan.add,
    /** Every request that matches is answered with that status and does nothing. */
    refuse(match: RegExp, status: number): void {
      refusals.push({ match, status });
    },
    sanitiseNames(how: (name: string) => string): void {
      sanitise = how;
    },
    progress(percent: number): void {
      completion = percent;
    },
    finish(): void {
      recordEnd(true);
      pushEnd(selected, 'PrintDone');
      state = 'Operational';
      completion = 100;
    },
    cancelAtPrinter: cancel,
    /** A fatal error or a serial drop: the selection is forgotten. */
    fail(message: string): void {
      recordEnd(false);
      pushEnd(selected, 'PrintFailed', { reason: 'error', error: message });
      state = 'Error';
      selected = null;
      completion = null;
      fault = message;
    },
    /** Killed and started again: it knows nothing of a running print any more. */
    restart(connected = true): void {
      state = connected ? 'Operational' : 'Closed';
      selected = null;
      completion = null;
    },
    startForeign(path: string): void {
      files.set(path, { size: 100, userdata: null });
      begin(path);
    },
    /** Somebody starts a stored file at the printer. */
    startStored: begin,
    show(shown: State): void {
      state = shown;
    },
    state: (): State => state,
    revokeKey(): void {
      key = 'another';
    },
    acceptKey(): void {
      key = API_KEY;
    },
    /** Every socket that was ever opened, oldest first. */
    sockets,
    push,
    pushEvent,
    refuseSockets(): void {
      acceptsSockets = false;
    },
    /** What it says of itself. */
    present(as: { software?: string; webcam?: object; profile?: object }): void {
      software = as.software ?? software;
      webcam = as.webcam ?? webcam;
      profile = as.profile ?? profile;
    },
    /** What a person would see who is asked for a key. */
    askedForKey: () => pendingKey,
    decideKey(granted: boolean): void {
      if (pendingKey !== undefined) pendingKey.decision = granted;
    },
    stop(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
};
