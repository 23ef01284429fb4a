/**
 * Stands in for Moonraker 0.11 over Klipper: statuses, texts and quirks as observed on a live one.
 * Prints move on when the test says so; nothing here waits.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { createFakeKlipper, GcodeError } from './fake-klipper.ts';
import { createMishapPlan, serveWhole } from './mishaps.ts';

export const API_KEY = 'fake-key';

interface FakeFile {
  readonly size: number;
  job_id: string | null;
  print_start_time: number | null;
}

interface Entry {
  readonly job_id: string;
  readonly filename: string;
  status: string;
  readonly start_time: number;
  end_time: number | null;
  total_duration: number;
  readonly metadata: { readonly estimated_time: number };
}

export interface FakeMoonrakerOptions {
  readonly now?: () => Date;
  /** s that each print takes */
  readonly printTime?: number;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export type FakeMoonraker = Awaited<ReturnType<typeof startFakeMoonraker>>;

const ok = (result: unknown): Answer => ({ status: 200, body: { result } });
const error = (status: number, message: string): Answer => ({
  status,
  body: { error: { code: status, message, traceback: 'Traceback (most recent call last): …' } },
});

export const startFakeMoonraker = async (options: FakeMoonrakerOptions = {}) => {
  const { now = () => new Date(), printTime = 60 } = options;
  const files = new Map<string, FakeFile>();
  /** The latest last. */
  const history: Entry[] = [];
  /** Files of the prints that have begun, in order: the evidence of "exactly once". */
  const started: string[] = [];
  const requests: string[] = [];
  /** Texts that came over each socket. */
  const sockets: { readonly received: string[]; destroy(): void; readonly open: boolean }[] = [];
  const plan = createMishapPlan();
  const refusals: { readonly match: RegExp; readonly status: number }[] = [];
  let webcams: readonly object[] = [];
  let spool: { readonly material: string; readonly remaining: number } | undefined;
  let connected = true;
  /** Requests until a Moonraker that was just started has found Klipper. */
  let finding = 0;
  let missed = false;
  let deaf = false;
  let key = API_KEY;
  let wanted: string | undefined;
  let free = 8e9;

  const current = (): Entry | undefined => history.findLast(entry => entry.status === 'in_progress');

  const settle = (status: string): void => {
    const entry = current();
    if (entry === undefined) return;
    entry.status = status;
    // Moonraker has heard of it as late as that.
    entry.end_time = now().getTime() / 1000;
    entry.total_duration = klipper.print.elapsed;
  };

  /** What Moonraker writes down when it hears of a change; while it is away it hears nothing. */
  const note = (): void => {
    const { filename, state } = klipper.print;
    if (state === 'printing' && current() === undefined && wanted === filename && !missed) {
      const entry = {
        job_id: (history.length + 1).toString(16).toUpperCase().padStart(6, '0'),
        filename,
        status: 'in_progress',
        start_time: now().getTime() / 1000,
        end_time: null,
        total_duration: 0,
        metadata: { estimated_time: printTime },
      };
      history.push(entry);
      const file = files.get(filename);
      if (file !== undefined)
        Object.assign(file, { job_id: entry.job_id, print_start_time: entry.start_time });
      tell('notify_history_changed', [{ action: 'added', job: entry }]);
    }
    if (state !== 'printing') wanted = undefined;
    if (state === 'complete') settle('completed');
    if (state === 'cancelled' || state === 'standby') settle('cancelled');
    if (state === 'error') settle('error');
    tell('notify_status_update', [{ print_stats: { state, filename } }, 1]);
  };

  const klipper = createFakeKlipper({
    hasFile: name => files.has(name),
    began(file) {
      started.push(file);
      wanted = file;
    },
    changed: () => note(),
    printTime,
  });

  const isInUse = (name: string): boolean =>
    connected &&
    klipper.state === 'ready' &&
    klipper.print.filename === name &&
    (klipper.print.state === 'printing' || klipper.print.state === 'paused');

  const gcode = async (text: string): Promise<Answer> => {
    if (!connected) return error(503, 'Klippy Host not connected');
    try {
      await klipper.gcode(text);
      return ok('ok');
    } catch (refusal) {
      if (refusal instanceof GcodeError) return error(400, refusal.message);
      throw refusal;
    }
  };

  const upload = (request: IncomingMessage, body: string): Answer => {
    if (request.headers['content-length'] === undefined) return error(411, 'Length Required');
    const name = /filename="([^"]*)"/.exec(body)?.[1] ?? '';
    const content = /octet-stream\r\n\r\n([\s\S]*)\r\n--[^\r]*--\r\n$/.exec(body)?.[1] ?? '';
    const checksum = /name="checksum"\r\n\r\n([^\r]*)/.exec(body)?.[1];
    const sha256 = createHash('sha256').update(content).digest('hex');
    if (checksum !== undefined && checksum !== sha256) return error(422, 'Unprocessable Entity');
    if (isInUse(name)) return error(403, 'Forbidden');
    // `_process_uploaded_file` of its file manager tells no more of a disk that is full.
    if (free < content.length) return error(500, 'Unable to save file');
    files.set(name, { size: Buffer.byteLength(content), job_id: null, print_start_time: null });
    const item = { path: name, root: 'gcodes', size: content.length, permissions: 'rw' };
    return { status: 201, body: { action: 'create_file', item, print_started: false, print_queued: false } };
  };

  const move = (body: { source?: string; dest?: string }): Answer => {
    const [from = '', to = ''] = [body.source, body.dest].map(path => path?.replace('gcodes/', ''));
    const file = files.get(from);
    if (file === undefined) return error(400, `File /gcodes/${from} does not exist`);
    if (isInUse(from)) return error(403, 'File currently in use');
    files.delete(from);
    files.set(to, file);
    return ok({ action: 'move_file', item: { path: to, root: 'gcodes' } });
  };

  const remove = (name: string): Answer => {
    if (!files.has(name)) return error(400, 'Bad Request');
    if (isInUse(name)) return error(403, 'Forbidden');
    files.delete(name);
    return ok({ action: 'delete_file', item: { path: name, root: 'gcodes' } });
  };

  const query = (search: string): Answer => {
    if (!connected) return error(503, 'Klippy Host not connected');
    if (finding > 0) return error(404, 'Not Found');
    if (search.includes('configfile')) {
      const settings = {
        extruder: { nozzle_diameter: 0.4 },
        stepper_x: { position_min: 0, position_max: 235 },
        stepper_y: { position_min: -5, position_max: 235 },
      };
      return ok({ status: { configfile: { settings } } });
    }
    const all = klipper.status();
    const names = search.slice(1).split('&').map(decodeURIComponent);
    return ok({ eventtime: 1, status: Object.fromEntries(names.map(name => [name, all[name] ?? {}])) });
  };

  const info = (): Answer => {
    const state = connected ? (finding > 0 ? 'startup' : klipper.state) : 'disconnected';
    finding = Math.max(0, finding - 1);
    return ok({ klippy_connected: connected, klippy_state: state, moonraker_version: '0.11.0' });
  };

  const get = (path: string, search: string): Answer => {
    const parameters = new URLSearchParams(search);
    if (path === '/server/info') return info();
    if (path === '/printer/objects/query') return query(search);
    if (path === '/server/webcams/list') return ok({ webcams });
    if (path === '/server/history/list') {
      return ok({ jobs: history.toReversed().slice(0, Number(parameters.get('limit') ?? 50)) });
    }
    if (path === '/server/history/job') {
      const job = history.find(entry => entry.job_id === parameters.get('uid'));
      return job === undefined ? error(404, 'Unknown') : ok({ job });
    }
    if (path === '/server/files/metadata') {
      const file = files.get(parameters.get('filename') ?? '');
      return file === undefined ? error(404, 'Unknown') : ok(file);
    }
    if (path === '/server/files/directory') {
      return ok({ dirs: [], files: [], disk_usage: { total: 8e9, used: 8e9 - free, free } });
    }
    if (path === '/server/spoolman/status' && spool !== undefined) {
      return ok({ spoolman_connected: true, pending_reports: [], spool_id: 7 });
    }
    if (!path.startsWith('/printer/')) return error(404, 'Not Found');
    if (!connected) return error(503, 'Klippy Host not connected');
    if (finding > 0) return error(404, 'Not Found');
    if (path === '/printer/info')
      return ok({ app: 'Klipper', state: klipper.state, software_version: 'v0.13.0' });
    return path === '/printer/objects/list' ? ok({ objects: klipper.objects() }) : error(404, 'Not Found');
  };

  const post = async (path: string, request: IncomingMessage, body: string): Promise<Answer> => {
    if (path === '/server/files/upload') return upload(request, body);
    const order = JSON.parse(body || '{}') as Record<string, string>;
    if (path === '/server/files/move') return move(order);
    if (path === '/printer/gcode/script') return gcode(order.script ?? '');
    if (path === '/printer/print/start') return gcode(`SDCARD_PRINT_FILE ${order.filename}`);
    if (path === '/printer/print/pause') return gcode('PAUSE');
    if (path === '/printer/print/resume') return gcode('RESUME');
    if (path === '/printer/print/cancel') return gcode('CANCEL_PRINT');
    if (path === '/server/spoolman/proxy' && spool !== undefined) {
      const { material, remaining } = spool;
      return ok({ response: { id: 7, remaining_weight: remaining, filament: { material } }, error: null });
    }
    return error(404, 'Not Found');
  };

  const route = async (request: IncomingMessage, line: string, body: string): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const path = decodeURIComponent(url.pathname);
    if (request.headers['x-api-key'] !== key) return error(401, 'Unauthorized');
    const refusal = refusals.find(({ match }) => match.test(line));
    if (refusal !== undefined) return error(refusal.status, 'Refused by the test');
    if (request.method === 'GET') return get(path, url.search);
    if (request.method === 'POST') return post(path, request, body);
    return remove(path.replace('/server/files/gcodes/', ''));
  };

  const server: Server = createServer((request, response) => {
    serveWhole(plan, requests, { request, response }, async (line, text) => {
      const { status, body } = await route(request, line, text);
      return () => {
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      };
    }).catch(() => request.socket.destroy());
  });

  const pushing = new WebSocketServer({ noServer: true, autoPong: false });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => undefined);
    if (request.headers['x-api-key'] !== key) return void stream.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    pushing.handleUpgrade(request, stream, head, socket => {
      const received: string[] = [];
      sockets.push({
        received,
        destroy: () => socket.terminate(),
        get open() {
          return socket.readyState === WebSocket.OPEN;
        },
      });
      socket.on('error', () => undefined);
      socket.on('ping', data => {
        if (!deaf) socket.pong(data);
      });
      socket.on('message', data => {
        received.push(String(data));
        const { id, method } = JSON.parse(String(data)) as { id: number; method: string };
        if (deaf) return;
        const away = method === 'printer.objects.subscribe' && !connected;
        socket.send(JSON.stringify({ id, ...(away ? { error: { code: 503 } } : { result: {} }) }));
      });
    });
  });

  const tell = (method: string, params?: unknown): void => {
    for (const client of pushing.clients) client.send(JSON.stringify({ jsonrpc: '2.0', method, params }));
  };

  const listen = (port: number): Promise<void> =>
    new Promise(resolve => server.listen(port, '127.0.0.1', resolve));
  const hangUp = (): Promise<void> => {
    for (const client of pushing.clients) client.terminate();
    server.closeAllConnections();
    return new Promise(resolve => server.close(() => resolve()));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: API_KEY,
    files,
    history,
    started,
    requests,
    sockets,
    /** How often a print of it has begun. */
    starts: (file: string): number => started.filter(one => one === file).length,
    /** The print under way goes on for so long, in ms. */
    advance: (milliseconds: number): void => klipper.advance(milliseconds / 1000),
    /** Bytes that its disk has left. */
    leave(bytes: number): void {
      free = bytes;
    },
    mishap: plan.add,
    /** Every request that matches is answered with that status and does nothing. */
    refuse(match: RegExp, status: number): void {
      refusals.push({ match, status });
    },
    /** Nobody listens on its port any more, while the printer goes on. */
    switchOff: hangUp,
    switchOn: (): Promise<void> => listen(port),
    /** Moonraker is killed and started again; Klipper goes on and may still have to be found. */
    restart(looks = 1): void {
      settle('interrupted');
      wanted = undefined;
      finding = looks;
      for (const client of pushing.clients) client.terminate();
    },
    /** Klipper is killed, or restarts: its print is over and forgotten. */
    loseKlipper(): void {
      settle('klippy_disconnect');
      connected = false;
      klipper.restart();
      tell('notify_klippy_disconnected');
    },
    findKlipper(): void {
      connected = true;
      tell('notify_klippy_ready');
    },
    shutdown(words: string): void {
      klipper.shutdown(words);
      settle('klippy_shutdown');
      tell('notify_klippy_shutdown');
    },
    /** What Klipper itself is at. */
    printState: () => klipper.print.state,
    finish: klipper.finish,
    cancelAtPrinter: klipper.cancel,
    pauseAtPrinter: klipper.pause,
    resumeAtPrinter: klipper.resume,
    resetAtPrinter: klipper.reset,
    fail: klipper.fail,
    startUp: klipper.startUp,
    configError: klipper.configError,
    /** Somebody's macro runs, or has ended; what is sent meanwhile waits. */
    macro: klipper.macro,
    sensor: klipper.sensor,
    say: klipper.say,
    startForeign(file: string): void {
      files.set(file, { size: 100, job_id: null, print_start_time: null });
      klipper.startFile(file);
    },
    /** Somebody starts a stored file at the printer. */
    startStored: klipper.startFile,
    /** Prints that begin from now on are missing in the history. */
    missPrints(): void {
      missed = true;
    },
    setWebcams(list: readonly object[]): void {
      webcams = list;
    },
    setSpool(material: string, remaining: number): void {
      spool = { material, remaining };
    },
    /** It answers nothing over its sockets, pings neither. */
    goDeaf(): void {
      deaf = true;
    },
    tell,
    revokeKey(): void {
      key = 'another';
    },
    acceptKey(): void {
      key = API_KEY;
    },
    stop: hangUp,
  };
};
