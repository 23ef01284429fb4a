import { DriverError, type PrinterDriver } from '../../../src/app/ports.ts';
import { createMockDriver } from '../../../src/printers/drivers/mock.ts';
import { connected, type DriverCall } from '../lab/connection.ts';
import type { VirtualTime } from '../lab/virtual-time.ts';
import { mockPrinter } from '../mock-printer.ts';

/** s that a print takes. */
export const PRINT_TIME = 60;

/** ms that a driver waits for an answer. */
const TIMEOUT = 5_000;

/** Calls that change something. */
export const changing = ['upload', 'start', 'pause', 'resume', 'cancel', 'remove'] as const;
export type Changing = (typeof changing)[number];

/** What happens to the next request of a kind. */
export const mishaps = ['requestLost', 'answerLost', 'killedBefore', 'killedAfter'] as const;
export type Mishap = (typeof mishaps)[number];

export type Machine = ReturnType<typeof createMachine>;

/** A printer as it really is: its plate, its prints, and the way to it, on which anything may happen. */
export const createMachine = (
  name: string,
  time: VirtualTime,
  deps: {
    readonly kill: () => void;
    /** A start has arrived, whether it is carried out or refused. */
    readonly asked: (file: string) => void;
    /** A print begins because this server has said so. */
    readonly starting: (machine: string, file: string) => void;
  },
) => {
  const physics = mockPrinter({
    clock: time.clock(new AbortController().signal),
    interval: 2,
    jobTime: PRINT_TIME / 2,
  });
  const started: string[] = [];
  const planned: { readonly mishap: Mishap; readonly call: Changing }[] = [];
  let plateIsFree = true;
  let way: 'open' | 'gone' | 'silent' | 'denied' = 'open';
  let attention = '';

  const driven = {
    ...physics,
    async start(file: string): Promise<void> {
      deps.asked(file);
      await physics.start(file);
      deps.starting(name, file);
      started.push(file);
      plateIsFree = false;
    },
  };

  const lost = (why: string): DriverError => new DriverError('unreachable', `No answer: ${why}`);

  const carried = async (call: DriverCall, carryOut: () => Promise<unknown>, life: AbortSignal) => {
    if (way === 'gone') throw lost('ECONNREFUSED');
    if (way === 'silent') {
      await time.driverClock(life).sleep(TIMEOUT);
      throw lost('none in time.');
    }
    if (way === 'denied') throw new DriverError('unauthorized', 'It does not accept the key.');
    const index = planned.findIndex(one => one.call === call);
    const mishap = index === -1 ? undefined : planned.splice(index, 1)[0]?.mishap;
    if (mishap === 'killedBefore') deps.kill();
    if (mishap === 'killedBefore' || mishap === 'requestLost') throw lost('ECONNRESET');
    const result = await carryOut();
    if (mishap === 'killedAfter') deps.kill();
    if (mishap === 'answerLost') throw lost('ECONNRESET');
    return result;
  };

  /** A machine that waits for a person stands still. */
  const withAttention = (driver: PrinterDriver): PrinterDriver => ({
    ...driver,
    async read(signal) {
      const snapshot = await driver.read(signal);
      const waits = attention !== '' && snapshot.state === 'paused';
      return waits ? { ...snapshot, state: 'attention', message: attention } : snapshot;
    },
  });

  const unlessRefused = async (act: () => Promise<void>): Promise<void> => {
    await act().catch(error => {
      if (!(error instanceof DriverError)) throw error;
    });
  };

  const isActive = async (): Promise<boolean> => {
    const { state } = await physics.read();
    return state === 'printing' || state === 'paused';
  };

  return {
    name,
    /** Files that this server has started, in order. */
    started,
    connect: (life: AbortSignal): PrinterDriver => {
      const driver = withAttention(createMockDriver({ physics: driven, clock: time.driverClock(life) }));
      return connected(driver, { time, life }, (call, carryOut) => carried(call, carryOut, life));
    },
    isActive,
    isPlateFree: (): boolean => plateIsFree,
    takePlate(): void {
      plateIsFree = true;
    },
    outcomeOf: async (file: string) => (await physics.lastPrintOf(file))?.outcome,
    setWay(to: typeof way): void {
      way = to;
    },
    meet(mishap: Mishap, call: Changing): void {
      planned.push({ mishap, call });
    },
    /** What people do there. */
    async startForeign(file: string): Promise<void> {
      if (await isActive()) return;
      await unlessRefused(() => physics.startForeign(file));
      plateIsFree = false;
    },
    pause: () => unlessRefused(physics.pause),
    resume: () => unlessRefused(physics.resume),
    cancel: () => unlessRefused(physics.cancel),
    async fail(): Promise<void> {
      await physics.fail('Thermal runaway');
    },
    async askForPerson(): Promise<void> {
      attention = 'Filament has run out';
      await unlessRefused(physics.pause);
    },
    /** Whatever it asked for is done, and every way to it is open. */
    async mend(): Promise<void> {
      way = 'open';
      planned.length = 0;
      if (attention !== '') await unlessRefused(physics.resume);
      attention = '';
      if ((await physics.read()).state !== 'error') return;
      // Nobody resets a failed machine without a look at its plate: it shows nothing of the print afterwards.
      plateIsFree = true;
      await physics.reset();
    },
  };
};
