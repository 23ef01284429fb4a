import { lostSnapshot, type Printer, type PrinterSnapshot } from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import type { ProbeReport } from '../ports.ts';

/** What a look at a printer showed, until its worker has read it. Its address is in no word of it. */
export const firstReading = (
  { api }: Pick<Printer, 'api'>,
  { reading, problem }: ProbeReport,
  time: string,
): PrinterSnapshot | undefined => {
  if (reading !== null) return reading;
  switch (problem?.code) {
    case undefined:
      return undefined;
    case 'unreachable':
      return lostSnapshot('unreachable', 'since it was added, tried again.', time);
    case 'wrongKind':
      return lostSnapshot('unreachable', `what answers at its URL is no ${api}.`, time);
    case 'unauthorized':
      return lostSnapshot('unauthorized', asciiText(problem.message), time);
    case 'notRead':
      return lostSnapshot('unknown', 'it answers, and does not tell its state.', time);
  }
};
