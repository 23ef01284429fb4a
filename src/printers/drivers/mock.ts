import type {
  AttemptOutcome,
  Clock,
  MockPrinterPhysics,
  MockReading,
  PrinterDriver,
} from '../../app/ports.ts';
import { DriverError } from '../../app/ports.ts';
import type { NativeIdentity } from '../../domain/native-identity.ts';

export interface MockDriverDeps {
  /** Outlives the driver, as a machine outlives a connection. */
  readonly physics: MockPrinterPhysics;
  readonly clock: Clock;
}

/** Drives a simulated printer as if it were a real one. */
export const createMockDriver = ({ physics, clock }: MockDriverDeps): PrinterDriver => {
  const readingOf = async (signal: AbortSignal): Promise<MockReading> => {
    signal.throwIfAborted();
    return physics.read(signal).catch(error => {
      if (error instanceof DriverError || signal.aborted) throw error;
      throw new DriverError('garbled', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    });
  };

  const outcomeOf: PrinterDriver['outcomeOf'] = async (attempt, signal): Promise<AttemptOutcome> => {
    signal.throwIfAborted();
    const print = await physics.lastPrintOf(attempt.file, signal);
    if (print !== undefined && isOther(attempt.native, print.print)) {
      return { kind: 'unknown', reason: 'The machine has printed that file again since.' };
    }
    switch (print?.outcome) {
      case 'finished':
        return { kind: 'finished', reason: 'The machine has finished it.' };
      case 'cancelled':
        return { kind: 'cancelled', reason: 'It was cancelled on the machine.' };
      case 'failed':
        return { kind: 'failed', reason: `The machine failed: ${print.message}` };
      case 'active':
        throw new DriverError('refused', 'It prints after all.');
    }
    if (attempt.native !== null || attempt.intentTime <= (await physics.remembersSince(signal))) {
      return { kind: 'unknown', reason: 'The machine has lost its memory of the print.' };
    }
    // Without its file a start that comes late can do nothing.
    await physics.remove(attempt.file, signal);
    return { kind: 'neverStarted', reason: 'The machine has never started it.' };
  };

  const obeying =
    (act: (signal: AbortSignal) => Promise<void>) =>
    async (signal: AbortSignal): Promise<void> => {
      signal.throwIfAborted();
      await act(signal);
    };

  return {
    capabilities: { pause: true, resume: true, camera: false, filament: true, push: false },
    async identify(signal) {
      await readingOf(signal);
      return {
        software: 'Mock',
        model: '',
        nozzleDiameter: null,
        bedSize: null,
        material: '',
        takesBgcode: true,
        camera: null,
      };
    },
    async read(signal) {
      const reading = await readingOf(signal);
      const { job } = reading;
      return {
        state: reading.state,
        message: reading.message,
        nozzle: reading.nozzle,
        bed: reading.bed,
        head: { x: null, y: null, z: null },
        job:
          job === null
            ? null
            : {
                file: job.file,
                progress: job.progress,
                timeUsed: job.timeUsed,
                timeLeft: job.timeLeft,
                timeLeftApprox: job.timeLeft,
                native: { print: job.print },
              },
        filament: reading.filament,
        time: clock.now().toISOString(),
      };
    },
    watch: () => undefined,
    async upload(_source, remoteName, signal) {
      signal.throwIfAborted();
      await physics.store(remoteName, signal);
      return remoteName;
    },
    start: (file, signal) => obeying(stop => physics.start(file, stop))(signal),
    pause: obeying(physics.pause),
    resume: obeying(physics.resume),
    cancel: (_file, signal) => obeying(physics.cancel)(signal),
    remove: (file, signal) => obeying(stop => physics.remove(file, stop))(signal),
    outcomeOf,
    close: async () => undefined,
  };
};

const isOther = (native: NativeIdentity | null, print: number): boolean =>
  native !== null && native.print !== print;
