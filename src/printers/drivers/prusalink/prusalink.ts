import { elapsed } from '../../../app/elapsed.ts';
import type { Clock, PrinterDriver } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { isActive, type LoadedFilament } from '../../../domain/printer.ts';
import { defaultTimeouts, type Timeouts } from '../shared/http-client.ts';
import { createPrusaLinkClient, type PrusaLinkAccess } from './client.ts';
import { identify } from './identity.ts';
import { prusaLinkOutcome } from './outcome.ts';
import { sendFile } from './send-file.ts';
import { filamentOf, nameOf, type Reading, snapshotOf, stateOf } from './snapshot.ts';
import { createStorage } from './storage.ts';
import { createTrack, idOf } from './track.ts';

export interface PrusaLinkDriverDeps {
  readonly clock: Clock;
  readonly timeouts?: Timeouts;
}

/** How often the loaded filament is asked for. In ms. */
const FILAMENT_INTERVAL = 30_000;

/** Drives a printer through PrusaLink's API v1 (github.com/prusa3d/Prusa-Link-Web, spec/openapi.yaml). */
export const createPrusaLinkDriver = (
  access: PrusaLinkAccess,
  { clock, timeouts = defaultTimeouts }: PrusaLinkDriverDeps,
): PrinterDriver => {
  const client = createPrusaLinkClient(access, timeouts);
  const storage = createStorage(client);
  const track = createTrack(client);
  let filament: LoadedFilament | null = null;
  let filamentTime = Number.NEGATIVE_INFINITY;

  const readRaw = async (signal: AbortSignal): Promise<Reading> => {
    const { kind } = await storage.place(signal);
    const status = await client.status(signal);
    const job = status.job == null ? undefined : await client.job(signal);
    const reading = { kind, status, job };
    await track.follow(reading, signal);
    return reading;
  };

  const readFilament = async (signal: AbortSignal): Promise<void> => {
    const now = elapsed(clock);
    if (now - filamentTime < FILAMENT_INTERVAL) return;
    // A page of the older API, which a firmware may leave out: no reason not to read the rest.
    const material = await client.material(signal).catch(error => {
      if (error instanceof DriverError && error.kind === 'garbled') return '';
      throw error;
    });
    filament = filamentOf(material);
    filamentTime = now;
  };

  const pathOf = async (file: string, signal: AbortSignal): Promise<string> =>
    `${(await storage.place(signal)).path}/${file}`;

  /** The commands name a job by its id. */
  const activeJob = async (signal: AbortSignal) => {
    const job = await client.job(signal);
    if (job === undefined) throw new DriverError('refused', 'PrusaLink has no job.');
    return job;
  };

  return {
    capabilities: { pause: true, resume: true, camera: true, filament: true, push: false },
    identify: signal => identify(access, client, storage, signal),

    async read(signal) {
      const reading = await readRaw(signal);
      await readFilament(signal);
      const cancelling = track.isCancelling(reading.job?.id, elapsed(clock));
      const endScreenBlocks = track.endScreenBlocks(stateOf(reading));
      return snapshotOf(reading, { cancelling, endScreenBlocks, filament }, clock.now().toISOString());
    },

    watch: () => undefined,

    async upload(source, remoteName, signal) {
      const place = await storage.refresh(signal);
      await sendFile({ client, clock }, place, source, remoteName, signal);
      return remoteName;
    },

    async baseline(latest, signal) {
      const { kind } = await storage.place(signal);
      const id = await track.currentId(async () => idOf(await latest()), kind, signal);
      return id === undefined ? null : { id };
    },

    async start(file, signal) {
      if (await client.print(await pathOf(file, signal), signal)) return;
      const reading = await readRaw(signal);
      const name = nameOf(reading.job);
      if (name === file) return;
      track.startRefused(stateOf(reading));
      const message = `PrusaLink answered 409 to the start while it was ${reading.status.printer.state}.`;
      const certain = reading.kind === 'raspberry' || (name !== undefined && isActive(stateOf(reading)));
      // Buddy looks at its state before it has changed, and may say 409 to a start that it has taken (#2686).
      throw new DriverError(certain ? 'refused' : 'unreachable', message);
    },

    async pause(signal) {
      await client.command((await activeJob(signal)).id, 'pause', signal);
    },
    async resume(signal) {
      await client.command((await activeJob(signal)).id, 'resume', signal);
    },

    async cancel(file, signal) {
      const job = await activeJob(signal);
      if (nameOf(job) !== file) throw new DriverError('refused', `${file} is not what PrusaLink prints.`);
      await client.stop(job.id, signal);
      track.cancelTaken(job.id, elapsed(clock));
    },

    async remove(file, signal) {
      const { path } = await storage.place(signal);
      const there = await client.file(`${path}/${file}`, signal);
      if (there === undefined) return;
      // By its 8.3 name Buddy also leaves the end screen of its print, which may keep the next from starting.
      const removed = await client.remove(`${path}/${there.name || file}`, signal);
      if (!removed) throw new DriverError('refused', `PrusaLink keeps ${file}: it is busy.`);
    },

    outcomeOf: (attempt, signal) =>
      prusaLinkOutcome({ client, track, clock, read: readRaw, pathOf }, attempt, signal),
    close: async () => undefined,
  };
};
