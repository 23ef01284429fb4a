import type { PrinterDriver } from '../../../src/app/ports.ts';
import type { UnderWay, VirtualTime } from './virtual-time.ts';

export const driverCalls = [
  'identify',
  'read',
  'upload',
  'baseline',
  'start',
  'pause',
  'resume',
  'cancel',
  'remove',
  'outcomeOf',
] as const;
export type DriverCall = (typeof driverCalls)[number];

const never = new Promise<never>(() => undefined);

type Act = (...args: unknown[]) => Promise<unknown>;

/**
 * A driver as one process uses it: each call takes its real time, and ends with the process, which breaks its
 * connections as a kernel does. Nothing is pushed.
 * @param around carries the call out
 */
export const connected = (
  driver: PrinterDriver,
  { time, life }: { readonly time: VirtualTime; readonly life: AbortSignal },
  around: (call: DriverCall, carryOut: () => Promise<unknown>, underWay: UnderWay) => Promise<unknown>,
): PrinterDriver => {
  // What it tells of itself stays its own: capabilities come and go.
  const wrapped: Record<string, unknown> = Object.create(driver);
  wrapped.watch = () => undefined;
  for (const name of driverCalls) {
    const original = driver[name] as Act | undefined;
    if (original === undefined) continue;
    wrapped[name] = async (...args: unknown[]) => {
      if (life.aborted) return never;
      const given = [...args.slice(0, -1), AbortSignal.any([args.at(-1) as AbortSignal, life])];
      const underWay = time.begin();
      try {
        return await around(name, () => original.apply(driver, given), underWay);
      } finally {
        underWay.end();
        // Whoever waits for the answer is no more.
        if (life.aborted) await never;
      }
    };
  }
  return wrapped as unknown as PrinterDriver;
};
