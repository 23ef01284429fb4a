import { format, stripVTControlCharacters } from 'node:util';
import { setErrorLogger, setWarningLogger } from 'node-opcua';
import type { Log } from '../../app/ports.ts';

/** A dump of a request may be as long as the request. */
const MAX_LENGTH = 500;

const oneLine = (parts: unknown[]): string =>
  stripVTControlCharacters(format(...parts))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH);

/** What node-opcua would print on its own, in our log; it knows one place for the whole process. */
export const logLibraryMessages = (log: Log): void => {
  setErrorLogger((...parts: unknown[]) => log.warn({ library: 'node-opcua' }, oneLine(parts)));
  setWarningLogger((...parts: unknown[]) => log.debug({ library: 'node-opcua' }, oneLine(parts)));
};
