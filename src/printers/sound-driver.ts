/** What a printer tells is kept within bounds here, whatever kind it is: no host can fill memory, store or log. */
import type { AttemptOutcome, Log, PrinterDriver, PrinterIdentity } from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import type { NativeIdentity } from '../domain/native-identity.ts';
import type { PrinterJob, PrinterSnapshot, Temperature } from '../domain/printer.ts';

/** In characters. */
const MAX_MESSAGE = 200;
const MAX_WORD = 64;
const MAX_PATH = 1024;
const MAX_KEYS = 8;

/** °C */
const HOTTEST = 2_000;
const COLDEST = -273;
/** s: ten years. */
const LONGEST_TIME = 315_360_000;
/** mm */
const FARTHEST = 100_000;
/** g */
const HEAVIEST = 1_000_000;
/** %, as told: a little more than all is all, and what is far beyond means nothing. */
const MOST_PROGRESS = 1_000;

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit - 3)}...`;

/** One line of well-formed text without what would control a terminal or turn the rest around. */
const words = (text: string, limit: number): string =>
  cut(
    text
      .slice(0, 4 * limit)
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim(),
    limit,
  );

const within = (value: number | null, least: number, most: number): number | null =>
  value !== null && value >= least && value <= most ? value : null;

const temperature = ({ actual, target }: Temperature): Temperature => ({
  actual: within(actual, COLDEST, HOTTEST),
  target: within(target, 0, HOTTEST),
});

const time = (seconds: number | null): number | null => within(seconds, 0, LONGEST_TIME);

const progress = (told: number | null): number | null => {
  const sane = within(told, -MOST_PROGRESS, MOST_PROGRESS);
  return sane === null ? null : Math.min(100, Math.max(0, sane));
};

/** Compared with what is stored, so only its length changes. */
const path = (text: string): string => text.slice(0, MAX_PATH).toWellFormed();

const native = (identity: NativeIdentity): NativeIdentity =>
  Object.fromEntries(
    Object.entries(identity)
      .slice(0, MAX_KEYS)
      .map(([key, value]) => [key, typeof value === 'string' ? path(value) : value]),
  );

const soundJob = (job: PrinterJob): PrinterJob => ({
  file: path(job.file),
  progress: progress(job.progress),
  timeUsed: time(job.timeUsed),
  timeLeft: time(job.timeLeft),
  timeLeftApprox: time(job.timeLeftApprox),
  native: native(job.native),
});

export const soundSnapshot = (told: PrinterSnapshot): PrinterSnapshot => ({
  ...told,
  message: words(told.message, MAX_MESSAGE),
  nozzle: temperature(told.nozzle),
  bed: temperature(told.bed),
  head: {
    x: within(told.head.x, -FARTHEST, FARTHEST),
    y: within(told.head.y, -FARTHEST, FARTHEST),
    z: within(told.head.z, -FARTHEST, FARTHEST),
  },
  job: told.job && soundJob(told.job),
  filament: told.filament && {
    ...told.filament,
    material: words(told.filament.material, MAX_WORD),
    remaining: within(told.filament.remaining, 0, HEAVIEST),
  },
});

const soundIdentity = (told: PrinterIdentity): PrinterIdentity => ({
  ...told,
  software: words(told.software, MAX_MESSAGE),
  model: words(told.model, MAX_WORD),
  material: words(told.material, MAX_WORD),
  ...(told.serialNumber !== undefined && { serialNumber: words(told.serialNumber, MAX_WORD) }),
  ...(told.manufacturer !== undefined && { manufacturer: words(told.manufacturer, MAX_WORD) }),
});

const soundOutcome = (told: AttemptOutcome): AttemptOutcome => ({
  ...told,
  reason: words(told.reason, MAX_MESSAGE),
});

const isMistake = (error: unknown): error is Error =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;

const soundError = (error: unknown, log: Log | undefined): unknown => {
  if (error instanceof DriverError) {
    if (error.message.length <= MAX_MESSAGE) return error;
    const { kind, answered, cause } = error;
    return new DriverError(kind, words(error.message, MAX_MESSAGE), { answered, cause });
  }
  // A mistake of the driver with what this printer answers: its prints must not hang for that.
  if (!isMistake(error)) return error;
  log?.error({ err: error }, 'A driver failed');
  return new DriverError('garbled', `What it answers is not understood: ${cut(error.message, 100)}`, {
    cause: error,
  });
};

/** @param log for mistakes of the driver */
export const soundDriver = (driver: PrinterDriver, log?: Log): PrinterDriver => {
  const trying = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw soundError(error, log);
    }
  };
  const { baseline } = driver;
  return {
    // It changes with what the printer turns out to have.
    get capabilities() {
      return driver.capabilities;
    },
    identify: signal => trying(async () => soundIdentity(await driver.identify(signal))),
    read: signal => trying(async () => soundSnapshot(await driver.read(signal))),
    watch: changed => driver.watch(changed),
    upload: (...given) => trying(() => driver.upload(...given)),
    ...(baseline && {
      baseline: (...given: Parameters<typeof baseline>) =>
        trying(async () => {
          const print = await driver.baseline?.(...given);
          return print == null ? null : native(print);
        }),
    }),
    start: (...given) => trying(() => driver.start(...given)),
    pause: signal => trying(() => driver.pause(signal)),
    resume: signal => trying(() => driver.resume(signal)),
    cancel: (...given) => trying(() => driver.cancel(...given)),
    remove: (...given) => trying(() => driver.remove(...given)),
    outcomeOf: (...given) => trying(async () => soundOutcome(await driver.outcomeOf(...given))),
    close: () => driver.close(),
  };
};
