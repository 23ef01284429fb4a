import type { Pickup } from '../../domain/pickup.ts';
import type { Reader } from '../ports.ts';

/**
 * The pick-up under way on a printer: its arm may be inside. It is the printer's, not the bed's: a print that
 * somebody starts there takes the bed, and the arm is still where it was.
 */
export const holdOn = async (reader: Reader, printer: string): Promise<Pickup | undefined> =>
  (await reader.find('pickups', { where: { printer, state: 'inProgress' }, limit: 1 }))[0];
