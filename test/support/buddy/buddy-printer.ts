/**
 * Stands in for a printer with Buddy firmware and its PrusaLink, which cannot run without the printer. It behaves as
 * the firmware's source (6.3) and the known reports say; time is virtual and is the test's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccess } from './access.ts';
import { createDrive } from './drive.ts';
import { createFaults, reset } from './faults.ts';
import { createMachine } from './machine.ts';
import { type Bugs, createRoutes, page, type Reply } from './routes.ts';
import { createUploads } from './uploads.ts';

export { USERNAME } from './access.ts';

export const API_KEY = 'buddy-password';
/** Characters of a request's target, encoded. */
const MAX_URL = 168;
const MAX_ACTIVE = 3;

export interface BuddyOptions {
  /** The test's clock: the printer's time passes with it, and with `advance`. */
  readonly now?: () => Date;
  /** s that a print takes */
  readonly printTime?: number;
  /** Of the last print. */
  readonly jobId?: number;
}

export type BuddyPrinter = Awaited<ReturnType<typeof startBuddyPrinter>>;

export const startBuddyPrinter = async ({ now, printTime = 600, jobId = 41 }: BuddyOptions = {}) => {
  const bugs: Bugs = {
    trailingComma: false,
    conflictAtEndScreen: false,
    spuriousStartConflicts: 0,
    spuriousUploadConflicts: 0,
    busyDeletions: 0,
  };
  const requests: string[] = [];
  const drive = createDrive();
  const machine = createMachine({ drive, printTime, jobId });
  const faults = createFaults();
  let time = now?.().getTime() ?? Date.parse('2026-01-05T08:00:00.000Z');
  let outside = time;
  let active = 0;
  let mostActive = 0;
  let material = 'PLA';
  const access = createAccess(() => time / 1000, API_KEY);
  const uploads = createUploads({ drive, machine, bugs, now: () => time });
  const route = createRoutes({
    drive,
    machine,
    bugs,
    transfer: uploads.transfer,
    nozzle: 0.4,
    material: () => material,
  });

  const advance = (milliseconds: number): void => {
    time += milliseconds;
    machine.advance(milliseconds);
    uploads.checkTime();
  };
  const followClock = (): void => {
    const then = outside;
    outside = now?.().getTime() ?? outside;
    if (outside > then) advance(outside - then);
  };

  const carryOut = async (
    request: IncomingMessage,
    path: string,
    breakAfter: number,
  ): Promise<Reply | undefined> => {
    if ((request.url ?? '').length > MAX_URL) return page(414);
    const challenge = access.check(request);
    if (challenge !== undefined) return { ...page(401), challenge };
    const upload = request.method === 'PUT' && /^\/api\/v1\/files\/usb\/(.+)$/.exec(path)?.[1];
    if (upload) return uploads.receive(request, upload, breakAfter);
    return route(request.method ?? '', path);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    followClock();
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    const line = `${request.method} ${path}`;
    requests.push(line);
    const fault = faults.take(line);
    if (fault === 'lostRequest') return reset(request);
    if (fault === 'blackHole') return void request.pause();
    if (fault === 'error500') return send(response, page(500, 'Internal error'));
    if (fault === 'garbage') return void response.end('<html>{"state": </html>');
    const half = Number(request.headers['content-length'] ?? 0) / 2;
    const reply = await carryOut(request, path, fault === 'lostUpload' ? half : Number.POSITIVE_INFINITY);
    if (reply === undefined || fault === 'lostAnswer' || fault === 'lostUpload') return reset(request);
    if (fault === 'noAnswer') return;
    if (fault === 'slowLoris') return faults.drip(response);
    // A body that nobody wants is not read: the connection is closed, as with every start.
    const closes = (request.method === 'PUT' && reply.status >= 300) || request.method === 'POST';
    if (closes) response.setHeader('Connection', 'close');
    send(response, reply);
  };

  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    active += 1;
    mostActive = Math.max(mostActive, active);
    response.on('close', () => {
      active -= 1;
    });
    if (active > MAX_ACTIVE) return reset(request);
    handle(request, response).catch(() => reset(request));
  });
  const listen = (port: number): Promise<void> =>
    new Promise(resolve => server.listen(port, '127.0.0.1', () => resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeAllConnections();
    return closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: API_KEY,
    drive,
    files: drive.files,
    bugs,
    requests,
    /** Names of the prints that have physically begun, in order: the evidence of "exactly once". */
    started: machine.started,
    starts: (file: string): number => machine.started.filter(name => name === file).length,
    /** The largest number of requests at once. */
    mostActive: (): number => mostActive,
    /** As PrusaLink shows it. */
    state: machine.shown,
    jobId: (): number => machine.jobId,
    /** Lets the printer's time pass, in ms. */
    advance,
    fault: faults.add,
    finish: machine.finish,
    progress: machine.progress,
    printsTake: machine.printsTake,
    /** What people do at its screen. */
    screen: {
      pause: machine.pause,
      resume: machine.resume,
      stop: machine.stop,
      dismiss: machine.dismiss,
      busy: machine.busy,
      attention: machine.attention,
      /** Prints a file of its drive, or one that somebody brought. */
      print(name: string): void {
        machine.start(drive.find(name) ?? drive.write(name, 100, '', Math.floor(time / 1000)));
      },
      load(name: string): void {
        material = name;
      },
    },
    /** Another program sends a file. */
    transfer: { start: uploads.startForeign, end: uploads.endForeign, stopOurs: uploads.stop },
    revokeKey: access.revokeKey,
    acceptKey: access.acceptKey,
    nonceLasts: access.nonceLasts,
    /** Power off and on again at once. */
    restart(): void {
      machine.restart();
      uploads.restart();
      access.restart();
      server.closeAllConnections();
    },
    /** Connections are refused from now on; the print goes on. */
    disconnect: close,
    connect: (): Promise<void> => listen(port),
    stop(): Promise<void> {
      faults.stop();
      return close();
    },
  };
};

const send = (response: ServerResponse, reply: Reply): void => {
  const { challenge } = reply;
  response.writeHead(reply.status, {
    ...(reply.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
  });
  response.end(reply.body);
};
