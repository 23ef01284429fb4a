import { elapsed } from '../../../app/elapsed.ts';
import type { Clock, PrinterDriver } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { defaultTimeouts, type Timeouts } from '../shared/http-client.ts';
import { baseOf } from '../shared/printer-url.ts';
import type { PushSocket, PushTimes } from '../shared/push-socket.ts';
import { voidName } from '../shared/void-name.ts';
import { createOctoPrintClient, type OctoPrintAccess } from './client.ts';
import { createEndings } from './endings.ts';
import { cameraOf, identityOf } from './identity.ts';
import { octoPrintOutcome } from './outcome.ts';
import { createPush } from './push.ts';
import { isClosed, pathOf, snapshotOf } from './snapshot.ts';

export interface OctoPrintDriverDeps {
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
  readonly pushTimes?: PushTimes;
}

/** How often a closed connection to the printer is opened again. In ms. */
const CONNECT_INTERVAL = 60_000;

/**
 * Drives a printer through OctoPrint's REST API (docs.octoprint.org, 1.11); its socket says when to read, and why a
 * print ended.
 */
export const createOctoPrintDriver = (
  access: OctoPrintAccess,
  { clock, timeouts = defaultTimeouts, pushTimes }: OctoPrintDriverDeps,
): PrinterDriver => {
  const client = createOctoPrintClient(access, timeouts);
  const endings = createEndings();
  let push: PushSocket | undefined;
  let connectedAt = Number.NEGATIVE_INFINITY;
  let isRefused = false;

  const reconnect = async (signal: AbortSignal): Promise<void> => {
    const now = elapsed(clock);
    if (now - connectedAt < CONNECT_INTERVAL) return;
    connectedAt = now;
    isRefused = false;
    // Without a configured port it is refused: the printer stays offline.
    await client.connect(signal).catch(error => {
      if (!(error instanceof DriverError) || error.kind !== 'refused') throw error;
      isRefused = true;
    });
  };

  return {
    capabilities: { pause: true, resume: true, camera: true, filament: false, push: true },

    async identify(signal) {
      const software = await client.version(signal);
      const profile = await client.profile(signal);
      const webcams = await client.webcams(signal);
      const camera = webcams === undefined ? null : cameraOf(webcams, baseOf(access.url));
      return identityOf(software, profile, camera);
    },

    async read(signal) {
      const printer = await client.printer(signal);
      const job = await client.job(signal);
      const connection = printer === undefined ? await client.connectionState(signal) : '';
      const reading = { printer, job, connection };
      if (isClosed(reading)) await reconnect(signal);
      return snapshotOf(reading, clock.now().toISOString(), isRefused);
    },

    watch(changed) {
      push = createPush({
        url: access.url,
        logIn: client.logIn,
        changed,
        heard: endings.note,
        ...(pushTimes && { times: pushTimes }),
      });
      push.start();
    },

    async upload(source, remoteName, signal) {
      const there = await client.file(remoteName, signal);
      const same = there?.size === source.size && there.userdata?.sha256 === source.sha256;
      // A file that was printed before would be evidence of a print that is not ours.
      if (there?.prints) await client.remove(remoteName, signal);
      const path = same && !there?.prints ? remoteName : await client.upload(source, remoteName, signal);
      // Selected before the intent: while it stays so, OctoPrint has not been restarted since.
      await client.select(path, false, signal);
      return path;
    },

    start: (file, signal) => client.select(file, true, signal),
    pause: signal => client.command({ command: 'pause', action: 'pause' }, signal),
    resume: signal => client.command({ command: 'pause', action: 'resume' }, signal),

    async cancel(file, signal) {
      // The command names no file: another's print must not be hit.
      if (pathOf(await client.job(signal)) !== file) {
        throw new DriverError('refused', `${file} is not what OctoPrint has loaded.`);
      }
      await client.command({ command: 'cancel' }, signal);
    },

    async remove(file, signal) {
      await client.remove(file, signal);
      await client.remove(voidName(file), signal);
    },

    outcomeOf: (attempt, signal) => octoPrintOutcome(client, { clock, endings }, attempt, signal),
    async close() {
      push?.close();
    },
  };
};
