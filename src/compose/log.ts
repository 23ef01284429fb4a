import { type DestinationStream, pino } from 'pino';
import type { Log } from '../app/ports.ts';

/** One JSON line per entry, to the standard error output or to the given destination. */
export const createLog = (level: string, destination: DestinationStream = pino.destination(2)): Log =>
  pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
