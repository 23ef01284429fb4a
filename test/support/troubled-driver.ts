import type { PrinterDriver } from '../../src/app/ports.ts';
import { DriverError } from '../../src/app/ports.ts';

const calls = ['read', 'upload', 'start', 'cancel', 'remove', 'outcomeOf'] as const;

/** Our process is killed: whatever it was doing ends here. */
export class Killed extends Error {}

/** Each driver call meets the trouble that is planned for it; those that it does not know just happen. */
export const troubledDriver = <Trouble extends string>(
  driver: PrinterDriver,
  planned: () => Trouble | undefined,
  happen: (trouble: Trouble) => void,
): PrinterDriver => {
  const wrapped: Record<string, unknown> = { ...driver };
  for (const call of calls) {
    const original = driver[call] as (...args: unknown[]) => Promise<unknown>;
    wrapped[call] = async (...args: unknown[]) => {
      const met = planned();
      if (met !== undefined) happen(met);
      const trouble: string | undefined = met;
      if (trouble === 'killedBefore') throw new Killed();
      if (trouble === 'requestLost') throw new DriverError('unreachable', 'request lost');
      const result = await original(...args);
      if (trouble === 'killedAfter') throw new Killed();
      if (trouble === 'answerLost') throw new DriverError('unreachable', 'answer lost');
      return result;
    };
  }
  return wrapped as unknown as PrinterDriver;
};
