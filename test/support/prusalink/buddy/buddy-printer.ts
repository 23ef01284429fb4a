/**
 * Stands in for a printer with Buddy firmware and its PrusaLink, which cannot run without the printer. It behaves as
 * the firmware's source (6.3) and the known reports say; time is virtual and is the test's.
 */
import type { IncomingMessage } from 'node:http';
import { startHost } from '../host.ts';
import { createOwnTime } from '../own-time.ts';
import { page, type Reply } from '../reply.ts';
import { createAccess } from './access.ts';
import { createDrive } from './drive.ts';
import { createMachine } from './machine.ts';
import { type Bugs, createRoutes } from './routes.ts';
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
  const drive = createDrive();
  const machine = createMachine({ drive, printTime, jobId });
  const time = createOwnTime(now, milliseconds => {
    machine.advance(milliseconds);
    uploads.checkTime();
  });
  let material = 'PLA';
  const access = createAccess(() => time.now() / 1000, API_KEY);
  const uploads = createUploads({ drive, machine, bugs, now: time.now });
  const route = createRoutes({
    drive,
    machine,
    bugs,
    transfer: uploads.transfer,
    nozzle: 0.4,
    material: () => material,
  });

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

  const host = await startHost({ before: time.followClock, carryOut, maxActive: MAX_ACTIVE });

  return {
    url: host.url,
    apiKey: API_KEY,
    drive,
    files: drive.files,
    bugs,
    requests: host.requests,
    /** Names of the prints that have physically begun, in order: the evidence of "exactly once". */
    started: machine.started,
    starts: (file: string): number => machine.started.filter(name => name === file).length,
    /** The largest number of requests at once. */
    mostActive: host.mostActive,
    /** As PrusaLink shows it. */
    state: machine.shown,
    jobId: (): number => machine.jobId,
    /** Lets the printer's time pass, in ms. */
    advance: time.advance,
    mishap: host.mishap,
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
        machine.start(drive.find(name) ?? drive.write(name, 100, '', Math.floor(time.now() / 1000)));
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
      host.hangUp();
    },
    /** Connections are refused from now on; the print goes on. */
    disconnect: host.disconnect,
    connect: host.connect,
    stop: host.disconnect,
  };
};
