import type { RefusalName } from '../../../domain/refusal.ts';

/** Bits of ReturnStatus (OPC 10031-4, B.2); 33 and above are the implementation's own. */
export const returnBits = {
  success: 0,
  unknownJobOrderId: 1,
  invalidStatus: 3,
  unableToAccept: 4,
  invalidRequest: 32,
  /** Beside unableToAccept: why. */
  noCompatiblePrinter: 33,
  quotaExceeded: 34,
  printerUnavailable: 35,
  storageFailed: 36,
  busy: 37,
} as const;
export type ReturnBit = keyof typeof returnBits;

/** High and low half: how node-opcua writes a UInt64. */
export type ReturnStatus = readonly [high: number, low: number];

export const returnStatus = (...bits: readonly ReturnBit[]): ReturnStatus => {
  let high = 0;
  let low = 0;
  for (const bit of bits) {
    const position = returnBits[bit];
    if (position < 32) low |= 1 << position;
    else high |= 1 << (position - 32);
  }
  return [high >>> 0, low >>> 0];
};

const ofJob: Readonly<Record<RefusalName, readonly ReturnBit[]>> = {
  NotFound: ['unknownJobOrderId'],
  InvalidState: ['invalidStatus'],
  NotPermitted: ['unableToAccept'],
  InvalidArgument: ['invalidRequest'],
  NoCompatiblePrinter: ['unableToAccept', 'noCompatiblePrinter'],
  QuotaExceeded: ['unableToAccept', 'quotaExceeded'],
  RequestIdConflict: ['unableToAccept'],
  PrinterUnavailable: ['unableToAccept', 'printerUnavailable'],
  StorageFailed: ['unableToAccept', 'storageFailed'],
  Busy: ['unableToAccept', 'busy'],
  HeldByOther: ['unableToAccept'],
};

/** Of a command to a job order that is there. */
export const statusOfCommand = (code: RefusalName): ReturnStatus => returnStatus(...ofJob[code]);

/** Of a new job order: what is not found is what it names, its file, printer or owner. */
export const statusOfStore = (code: RefusalName): ReturnStatus =>
  code === 'NotFound' ? returnStatus('invalidRequest') : returnStatus(...ofJob[code]);
