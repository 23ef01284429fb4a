import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';
import { checkAddressIsFree } from './address.ts';
import { printerRow } from './find-printer.ts';

/**
 * Whether a printer may be added under that name, at that address.
 * @throws Refusal InvalidState for a name that is or was in use, InvalidArgument for an address that is
 */
export const checkIsFree = async (
  reader: Reader,
  printer: Pick<Printer, 'name' | 'nameKey' | 'api' | 'url'>,
): Promise<void> => {
  const taken = await printerRow(reader, printer.name);
  if (taken !== undefined) {
    const why = taken.removed ? 'was used before, and names never come back' : 'exists already';
    throw new Refusal('InvalidState', `A printer ${taken.name} ${why}: choose another name.`);
  }
  await checkAddressIsFree(reader, printer);
};
