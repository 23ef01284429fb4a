/** A PrusaLink driver in front of its stand-ins. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { PrintAttempt } from '../../../src/app/ports.ts';
import { createPrusaLinkDriver } from '../../../src/printers/drivers/prusalink/prusalink.ts';
import { never, type SteppingClock, steppingClock } from '../one-printer.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type BuddyOptions, startBuddyPrinter, USERNAME } from './buddy/buddy-printer.ts';
import { type RaspberryPiOptions, startRaspberryPi } from './raspberry/raspberry-pi.ts';

/** Long enough for a busy machine. */
export const timeouts = { status: 1500, command: 1500, uploadIdle: 1500 };

const gcode = 'G90\nG1 X10\n'.repeat(20_000);
const path = join(temporaryFolder(), 'part.gcode');
writeFileSync(path, gcode);
export const source = { path, size: gcode.length, sha256: 'ab'.repeat(32), kind: 'gcode' } as const;

export const FILE = 'mes-1-1.gcode';

interface Printer {
  readonly url: string;
  readonly apiKey: string;
  readonly requests: readonly string[];
}

/** @param digest by user name and password, instead of the key */
const driving = <P extends Printer>(printer: P, clock: SteppingClock, digest = false) => {
  const access = { url: printer.url, apiKey: printer.apiKey, ...(digest && { username: USERNAME }) };
  /** As a new process would make it. */
  const newDriver = () => createPrusaLinkDriver(access, { clock, timeouts });
  const driver = newDriver();
  return {
    clock,
    printer,
    driver,
    newDriver,
    /** As it is known before the start; the id of the last print is 41. */
    attempt: async (more: Partial<PrintAttempt> = {}): Promise<PrintAttempt> => ({
      file: FILE,
      native: null,
      baseline: (await driver.baseline?.(async () => ({ id: 41 }), never)) ?? null,
      intentTime: clock.now().toISOString(),
      unique: true,
      ...more,
    }),
    state: async () => (await driver.read(never)).state,
    outcome: async (of: PrintAttempt, by = driver) => (await by.outcomeOf(of, never)).kind,
    /** How many requests began like that. */
    sent: (start: string): number => printer.requests.filter(line => line.startsWith(start)).length,
  };
};

export const setUpBuddy = async (t: ExecutionContext, options: BuddyOptions & { digest?: boolean } = {}) => {
  const clock = steppingClock();
  const printer = await startBuddyPrinter({ now: clock.now, ...options });
  t.teardown(() => printer.stop());
  return driving(printer, clock, options.digest);
};

export const setUpRaspberryPi = async (
  t: ExecutionContext,
  options: RaspberryPiOptions & { digest?: boolean } = {},
) => {
  const clock = steppingClock();
  const printer = await startRaspberryPi({ now: clock.now, ...options });
  t.teardown(() => printer.stop());
  return driving(printer, clock, options.digest);
};
