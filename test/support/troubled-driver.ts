import type { PrinterDriver } from '../../src/app/ports.ts';
import { type DriverCall, driverCalls } from './lab/connection.ts';

/** Our process is killed: whatever it was doing ends here. */
export class Killed extends Error {}

/**
 * A driver that asks before each of its calls whether the process ends there: before anything is done, or after.
 * What it tells of itself stays its own: capabilities come and go.
 */
export const troubledDriver = (
  driver: PrinterDriver,
  meet: (call: DriverCall, file: unknown) => 'killedBefore' | 'killedAfter' | undefined,
): PrinterDriver => {
  const wrapped: Record<string, unknown> = Object.create(driver);
  for (const call of driverCalls) {
    const original = driver[call] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    if (original === undefined) continue;
    wrapped[call] = async (...args: unknown[]) => {
      const end = meet(call, args[0]);
      if (end === 'killedBefore') throw new Killed();
      const result = await original.apply(driver, args);
      if (end === 'killedAfter') throw new Killed();
      return result;
    };
  }
  return wrapped as unknown as PrinterDriver;
};
