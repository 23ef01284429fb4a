import { type DestinationStream, pino } from 'pino';
import type { Log } from '../app/ports.ts';

/** One JSON line per entry, to the standard error output or to the given destination. */
export const createLog = (level: string, destination: DestinationStream = pino.destination(2)): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);

/**
 * A log file, made with its folder. It is open when this returns: one that opens later fails a process that ends
 * before, since what is left is written at the exit.
 */
export const logFile = (path: string): DestinationStream =>
  pino.destination({ dest: path, mkdir: true, sync: true });
