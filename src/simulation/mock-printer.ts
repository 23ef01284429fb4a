import type { Clock, MockPrinterPhysics, MockSimulation } from '../app/ports.ts';
import {
  begin,
  beginStored,
  cancel,
  fail,
  type MachineOptions,
  type MockMachine,
  newMachine,
  pause,
  removeFile,
  reset,
  resume,
  storeFile,
} from './machine.ts';
import { loadWorld, saveWorld } from './mock-printer-memory.ts';
import { type Fate, fateOf, type MockCall, shownReading } from './provoked.ts';
import {
  advanceTo,
  type MockWorld,
  noScript,
  playNow,
  replaceScript,
  spendCallFault,
} from './script-player.ts';

export interface MockPrinterOptions extends MachineOptions {
  readonly clock: Clock;
  /** Where the machine keeps its state, so that its print outlives this process; none: in memory alone. */
  readonly memoryFile?: string;
}

export interface MockPrinter extends MockPrinterPhysics, MockSimulation {
  /** Somebody starts a print at the machine itself. */
  startForeign(file: string): Promise<void>;
  /** The machine fails in the middle of a print. */
  fail(message: string): Promise<void>;
  /** Somebody mends it: it is idle again. */
  reset(): Promise<void>;
}

interface Answer<T> {
  readonly fate: Fate;
  /** Undefined when nothing was done. */
  readonly done: { readonly result: T } | undefined;
}

/**
 * A simulated printer. Its time is computed when somebody looks, so it has no timers: after a kill of this process
 * it has gone on like a real machine. Temperatures move by 10 °C per step.
 */
export const createMockPrinter = (options: MockPrinterOptions): MockPrinter => {
  const { clock, memoryFile } = options;
  let kept: MockWorld | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const load = async (now: number): Promise<MockWorld> =>
    (memoryFile === undefined ? undefined : await loadWorld(memoryFile)) ?? {
      machine: newMachine(now),
      script: noScript,
    };

  /** One look or command at a time; a change is on disk before it is told. */
  const touch = <T>(
    act: (current: MockWorld, now: number) => { readonly world: MockWorld; readonly result: T },
  ): Promise<T> => {
    const run = queue.then(async () => {
      const now = clock.now().getTime();
      kept ??= await load(now);
      const current = advanceTo(kept, options, now);
      const { world, result } = act(current, now);
      const after = world === current ? world : playNow(world, options, now);
      if (memoryFile !== undefined && after !== current) await saveWorld(memoryFile, after);
      kept = after;
      return result;
    });
    queue = run.catch(() => undefined);
    return run;
  };

  /** What comes from outside, over a network as it were: it fares as the script has it. */
  const call = async <T>(
    name: MockCall,
    act: (world: MockWorld, now: number) => { readonly world: MockWorld; readonly result: T },
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const { fate, done } = await touch<Answer<T>>((current, now) => {
      const fate = fateOf(current, name);
      const met = (world: MockWorld): MockWorld => (fate.met ? spendCallFault(world, now) : world);
      if (fate.before !== undefined) return { world: met(current), result: { fate, done: undefined } };
      const { world, result } = act(current, now);
      return { world: met(world), result: { fate, done: { result } } };
    });
    if (fate.delay > 0) await clock.sleep(fate.delay, signal);
    if (fate.before !== undefined) throw fate.before;
    if (fate.after !== undefined) throw fate.after;
    if (done === undefined) throw new Error(`${name} was neither done nor refused.`);
    return done.result;
  };

  type Change = (machine: MockMachine, now: number) => MockMachine;
  const changed = (change: Change) => (world: MockWorld, now: number) => {
    const machine = change(world.machine, now);
    return { world: machine === world.machine ? world : { ...world, machine }, result: undefined };
  };
  const command = (name: MockCall, change: Change, signal?: AbortSignal): Promise<void> =>
    call(name, changed(change), signal);
  const ask = <T>(name: MockCall, look: (world: MockWorld) => T, signal?: AbortSignal): Promise<T> =>
    call(name, world => ({ world, result: look(world) }), signal);
  /** Somebody at the machine itself. */
  const change = (act: Change): Promise<void> => touch(changed(act));

  return {
    read: signal => ask('read', world => shownReading(world, options), signal),
    lastPrintOf: (file, signal) =>
      ask('ask', ({ machine }) => machine.prints.findLast(print => print.file === file), signal),
    remembersSince: signal => ask('ask', ({ machine }) => machine.remembersSince, signal),
    store: (file, signal) => command('upload', machine => storeFile(machine, file), signal),
    start: (file, signal) => command('start', (machine, now) => beginStored(machine, file, now), signal),
    pause: signal => command('pause', pause, signal),
    resume: signal => command('resume', resume, signal),
    cancel: signal => command('cancel', cancel, signal),
    remove: (file, signal) => command('remove', machine => removeFile(machine, file), signal),

    startForeign: file => change((machine, now) => begin(storeFile(machine, file), file, now)),
    fail: message => change(machine => fail(machine, message)),
    reset: () => change(reset),

    simulate: simulation =>
      touch((world, now) => ({ world: replaceScript(world, simulation, options, now), result: undefined })),
    simulation: () =>
      touch(world => {
        const { current, waiting } = world.script;
        const ends = current?.until == null ? null : new Date(current.until).toISOString();
        return { world, result: { now: current && { step: current.step, ends }, steps: waiting } };
      }),
  };
};
