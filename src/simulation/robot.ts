import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../app/ports.ts';
import { createIdentity } from './identity.ts';
import type { LabLogin } from './lab-session.ts';
import { openRobotSession, type PlateState, type RobotSession } from './robot-session.ts';

export interface RobotOptions extends LabLogin {
  /** With the account it is the holder's identity. */
  readonly name: string;
  /** Used in turn. */
  readonly storagePlaces: readonly string[];
  /** How long the arm moves, in ms: 2000. */
  readonly armTime?: number;
  /** How often it looks for plates, in ms: 1000. */
  readonly pollInterval?: number;
  readonly log: Log;
}

const REQUESTED = 1;
const IN_PROGRESS = 2;
/** Nothing was done, and the same call may be repeated: StorageFailed, Busy. */
const repeatable: readonly number[] = [9, 10];

export interface Robot {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A robot that takes plates off printers and stores them, through the print server's public interface alone:
 * it polls Pickup/State, begins, moves its arm, confirms. An answer that was lost is asked for again by the
 * identical call, in a new session; a pick-up that it held before it was restarted is finished.
 */
export const createRobot = (options: RobotOptions): Robot => {
  const { name, storagePlaces, armTime = 2000, pollInterval = 1000 } = options;
  const log = options.log.child({ robot: name });
  let session: RobotSession | undefined;
  let identity: Awaited<ReturnType<typeof createIdentity>> | undefined;
  let taken = 0;
  let away = false;
  let running: { readonly stopping: AbortController; readonly ended: Promise<void> } | undefined;

  const close = async (): Promise<void> => {
    const closing = session;
    session = undefined;
    await closing?.close();
  };

  /** One call in the open session, or in a new one; the session of a failed call is not used again. */
  const ask = async <T>(question: (open: RobotSession) => Promise<T>): Promise<T> => {
    identity ??= await createIdentity(name);
    session ??= await openRobotSession(options, identity);
    try {
      return await question(session);
    } catch (error) {
      await close();
      throw error;
    }
  };

  /** Repeats the identical call until it is answered: after a lost answer its outcome is not known. */
  const insist = async <T extends { readonly returnCode: number }>(
    what: string,
    question: (open: RobotSession) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    for (;;) {
      signal.throwIfAborted();
      try {
        const answer = await ask(question);
        if (!repeatable.includes(answer.returnCode)) return answer;
        log.info({ what, returnCode: answer.returnCode }, 'Asked to come back: the call is repeated');
      } catch (error) {
        log.warn({ what, err: error }, 'No answer: the identical call is repeated');
      }
      await delay(pollInterval, undefined, { signal });
    }
  };

  const placeFor = (content: number): string =>
    content === 1 ? (storagePlaces[taken++ % storagePlaces.length] ?? 'Shelf') : 'Scrap';

  const serve = async ({ printer }: PlateState, signal: AbortSignal): Promise<void> => {
    const begun = await insist('BeginPickup', open => open.beginPickup(printer, name), signal);
    if (begun.returnCode !== 0) {
      log.info({ printer, returnCode: begun.returnCode, reason: begun.message }, 'The plate is not for us');
      return;
    }
    const [pickupId, , jobId, content] = begun.outputs.map(Number);
    log.info({ printer, pickupId, jobId }, 'The arm moves in');
    await delay(armTime, undefined, { signal });
    const place = placeFor(content ?? 0);
    const done = await insist('ConfirmPickup', open => open.confirmPickup(pickupId ?? 0, place), signal);
    if (done.returnCode === 0) log.info({ printer, pickupId, jobId, place }, 'The plate is stored');
    else log.warn({ printer, pickupId, reason: done.message }, 'The pick-up was not confirmed');
  };

  /** Its own unfinished pick-up first: nobody else can end it. */
  const choose = (plates: readonly PlateState[]): PlateState | undefined =>
    plates.find(({ pickupState, robot }) => pickupState === IN_PROGRESS && robot === name) ??
    plates.find(({ pickupState }) => pickupState === REQUESTED);

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        const plate = choose(await ask(open => open.readPlates()));
        if (away) log.info({}, 'The print server is back');
        away = false;
        if (plate !== undefined) await serve(plate, signal);
      } catch (error) {
        if (signal.aborted) break;
        if (!away) log.warn({ err: error, url: options.endpointUrl }, 'The print server is not reached');
        away = true;
      }
      await delay(pollInterval, undefined, { signal }).catch(() => undefined);
    }
    await close();
  };

  return {
    async start() {
      if (running !== undefined) return;
      const stopping = new AbortController();
      running = { stopping, ended: run(stopping.signal) };
    },
    async stop() {
      if (running === undefined) return;
      const { stopping, ended } = running;
      running = undefined;
      stopping.abort(new Error('The robot is stopping.'));
      await ended;
    },
  };
};
