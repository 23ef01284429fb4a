/**
 * Stands in for PrusaLink 0.8.1 on a Raspberry Pi beside an MK3S: statuses, texts and quirks as observed on a live one
 * over a simulated printer (test/interop runs that). Time is virtual and is the test's.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { startHost } from '../host.ts';
import { createOwnTime } from '../own-time.ts';
import type { Reply } from '../reply.ts';
import { createAccess } from './access.ts';
import { createFolder } from './folder.ts';
import { createMachine } from './machine.ts';
import { createRoutes, refusals } from './routes.ts';
import { createUploads } from './uploads.ts';

export { USERNAME } from './access.ts';
export { END_TIME } from './machine.ts';

/** The API key, and the password of the user. */
export const SECRET = 'raspberry-password';
/** ms from the start of the process until it answers. */
const BOOT_TIME = 3_000;

export interface RaspberryPiOptions {
  /** The test's clock: the printer's time passes with it, and with `advance`. */
  readonly now?: () => Date;
  /** s that a print takes */
  readonly printTime?: number;
  /** Of the last print; 0 before the first. */
  readonly jobId?: number;
  /** As PrusaLink writes it. */
  readonly model?: string;
}

export type RaspberryPi = Awaited<ReturnType<typeof startRaspberryPi>>;

export const startRaspberryPi = async (options: RaspberryPiOptions = {}) => {
  const { now, printTime = 600, jobId = 41, model = 'I3MK3S' } = options;
  let readyAt = 0;
  let cameras: readonly object[] = [];
  const machine = createMachine({ printTime, jobId });
  const time = createOwnTime(now, machine.advance);
  const folder = createFolder(time.now);
  const access = createAccess(() => time.now() / 1000, SECRET);
  const deps = { folder, machine, model, nozzle: 0.4, cameras: () => cameras };
  const uploads = createUploads(deps, time.now);
  const route = createRoutes(deps);

  const carryOut = async (
    request: IncomingMessage,
    path: string,
    breakAfter: number,
  ): Promise<Reply | undefined> => {
    if (time.now() < readyAt) return refusals.unavailable;
    const denied = access.check(request);
    if (denied !== undefined) return denied;
    const upload = request.method === 'PUT' ? /^\/api\/v1\/files\/([^/]+)\/(.+)$/.exec(path) : null;
    if (upload !== null) return uploads.receive(request, [upload[1] ?? '', upload[2] ?? ''], breakAfter);
    return route(request.method ?? '', path);
  };

  const host = await startHost({ before: time.followClock, carryOut });

  return {
    url: host.url,
    /** The password of its user too. */
    apiKey: SECRET,
    /** What is really stored there. */
    files: folder.files,
    requests: host.requests,
    /** What changes in its folder from now on is listed so many ms later. */
    listsAfter: folder.lagsBy,
    /** Names of the prints that have physically begun, in order: the evidence of "exactly once". */
    started: machine.started,
    /** Names of those that came to their end. */
    finished: machine.finished,
    starts: (file: string): number => machine.started.filter(name => name === file).length,
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
    /** What people do at the printer, and at PrusaLink's own page. */
    screen: {
      pause: machine.pause,
      resume: machine.resume,
      stop: machine.stop,
      ready: machine.ready,
      busy: machine.busy,
      attention: machine.attention,
      /** Prints a file that somebody brought. */
      print(name: string): void {
        const sha256 = createHash('sha256').update(name).digest('hex');
        folder.write({ name, size: 100, sha256, time: Math.floor(time.now() / 1000) });
        folder.refresh();
        const file = folder.listed(name);
        if (file !== undefined && machine.mayPrint()) machine.start(file);
      },
    },
    /** The cable is pulled, or the firmware halts. */
    fail: (words = 'Serial device does not exist'): void => machine.fail(words),
    /** It is plugged in again, or the printer reset. */
    mend: machine.mend,
    plugCamera(connected = true): void {
      cameras = [{ camera_id: 'a', connected, detected: true, stored: true }];
    },
    revokeKey: access.revokeKey,
    acceptKey: access.acceptKey,
    /** PrusaLink, which is what feeds the print, is killed and started again. */
    restart(): void {
      machine.restart();
      access.restart();
      folder.refresh();
      readyAt = time.now() + BOOT_TIME;
      host.hangUp();
    },
    /** Connections are refused from now on; the print goes on. */
    disconnect: host.disconnect,
    connect: host.connect,
    stop: host.disconnect,
  };
};
