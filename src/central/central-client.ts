import { createBackOff } from '../app/back-off.ts';
import type { Commit, Publication } from '../app/commit.ts';
import { elapsed } from '../app/elapsed.ts';
import type { CentralStatus, Clock, CollectionName, LiveValues, Log, Store } from '../app/ports.ts';
import { type ClientCertificate, createClientCertificate } from '../client-certificate/client-certificate.ts';
import type { Printer } from '../domain/printer.ts';
import { centralPaths } from './layout.ts';
import { createLink, type Link } from './link.ts';
import { createMirror } from './mirror.ts';
import { createOutbox } from './outbox.ts';
import { APPLICATION_URI, openSession, PRODUCT } from './session.ts';
import { type CentralSettings, centralDefaults } from './settings.ts';
import { createWait } from './wait.ts';

export interface CentralClientDependencies {
  readonly store: Store;
  readonly commit: Commit;
  readonly live: LiveValues;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CentralSettings;
}

export interface CentralClient {
  /** Returns at once: a central server that is away is no reason not to start. */
  start(): Promise<void>;
  /** Tells the central server that nobody follows the printers now; takes a few seconds at most. */
  stop(): Promise<void>;
  status(): CentralStatus;
}

/** What the mirror reads. */
const mirrored: readonly CollectionName[] = ['printers', 'beds', 'jobs'];
/** For the last words. */
const FAREWELL_TIMEOUT = 2000;

/**
 * Keeps the lab's central server up to date, through one session: job transitions out of the durable outbox first,
 * then the current values, whatever happened to them while the server was away. It waits for nothing of ours and
 * nothing of ours waits for it.
 */
export const createCentralClient = (dependencies: CentralClientDependencies): CentralClient => {
  const { store, commit, live, clock } = dependencies;
  const log = dependencies.log.child({ part: 'central' });
  const settings = { ...centralDefaults, ...dependencies.settings };
  const { cycleInterval, refreshInterval, timeout } = settings;
  const backOff = createBackOff(settings.backOffFirst, settings.backOffLast);
  const mirror = createMirror({ store, live, clock, staleAfter: settings.staleAfter });
  const outbox = createOutbox({ store, commit, clock, log });
  /** Faults of single variables, and printers that are missing: each is logged once. */
  const toldFaults = new Set<string>();
  const toldMissing = new Set<string>();
  let connected = false;
  let lastPush: Date | null = null;
  let down = false;
  let overflowed = false;
  let certificate: ClientCertificate | undefined;
  let running: { readonly stopping: AbortController; readonly ended: Promise<void> } | undefined;
  let unlisten: (() => void) | undefined;

  const listen = ({ changes }: Publication): void => {
    const put = changes.some(change => change.collection === 'centralOutbox' && change.after !== undefined);
    const cut = changes.some(change => change.collection === 'centralOutbox' && change.after === undefined);
    if (put) outbox.wake();
    if (put && cut && !overflowed) {
      overflowed = true;
      log.warn({}, 'The oldest job transitions are dropped: the central server is away too long');
    }
    if (changes.some(({ collection }) => mirrored.includes(collection))) {
      mirror.invalidate();
    }
  };

  const tellMissing = (link: Link, printers: readonly Printer[]): void => {
    for (const { name: printer, removed } of printers) {
      if (link.has(printer)) toldMissing.delete(printer);
      else if (!removed && !toldMissing.has(printer)) {
        toldMissing.add(printer);
        log.warn({ printer }, 'The central server does not have this printer: it is skipped');
      }
    }
  };

  const tellUp = (): void => {
    connected = true;
    backOff.reset();
    log.info({ url: settings.url }, down ? 'The central server is back' : 'The central server is connected');
    down = false;
    overflowed = false;
  };

  const tellDown = (error: unknown): void => {
    const message = 'The central server is not reached; it is tried again, with growing delays';
    if (down) log.debug({ err: error, url: settings.url }, message);
    else log.warn({ err: error, url: settings.url }, message);
    down = true;
  };

  /** Runs until the link fails or the client stops; either is thrown. */
  const serve = async (link: Link, signal: AbortSignal): Promise<never> => {
    const wait = createWait(timeout, signal);
    let nextRefresh = 0;
    for (;;) {
      signal.throwIfAborted();
      if (link.isLost()) throw new Error('The central server closed the connection.');
      const now = elapsed(clock);
      const refresh = now >= nextRefresh;
      const printers = await mirror.printers();
      // Its nodes may be made after it listens, one by one.
      const missing =
        refresh && printers.some(({ name }) => centralPaths.some(path => !link.takes(name, path)));
      if (missing || printers.some(({ name }) => !link.isResolved(name))) {
        await link.resolve(
          printers.map(({ name }) => name),
          wait,
        );
        tellMissing(link, printers);
      }
      if (refresh) {
        outbox.restart();
        nextRefresh = now + refreshInterval;
      }
      for (const printer of await outbox.deliver(link, wait)) mirror.forget(printer);
      if (await mirror.push(link, refresh, wait)) lastPush = clock.now();
      if (!connected) tellUp();
      await clock.sleep(cycleInterval, signal);
    }
  };

  const sayFarewell = async (link: Link): Promise<void> => {
    try {
      await mirror.farewell(link, createWait(FAREWELL_TIMEOUT));
    } catch (error) {
      log.debug({ err: error }, 'The central server was not told that we stop');
    }
  };

  const connectAndServe = async (signal: AbortSignal): Promise<void> => {
    const wait = createWait(timeout, signal);
    certificate ??= await createClientCertificate(PRODUCT, APPLICATION_URI);
    const open = await openSession(settings, certificate, wait, log);
    try {
      const link = await createLink(open, settings.namespace, toldFaults, wait, log);
      try {
        await serve(link, signal);
      } finally {
        if (signal.aborted && !link.isLost()) await sayFarewell(link);
      }
    } finally {
      connected = false;
      await open.close();
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await connectAndServe(signal);
      } catch (error) {
        if (signal.aborted) return;
        tellDown(error);
      }
      await clock.sleep(backOff.next(), signal).catch(() => undefined);
    }
  };

  return {
    async start() {
      if (running !== undefined) return;
      const stopping = new AbortController();
      unlisten = commit.listen('central server', listen);
      running = { stopping, ended: run(stopping.signal) };
    },
    async stop() {
      if (running === undefined) return;
      const { stopping, ended } = running;
      running = undefined;
      unlisten?.();
      stopping.abort(new Error('The central client is stopping.'));
      await ended;
    },
    status: () => ({ enabled: true, connected, lastPush }),
  };
};
