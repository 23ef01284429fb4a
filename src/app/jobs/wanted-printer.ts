import { createWish, incompatibleReason } from '../../domain/compatibility.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText } from '../../domain/text.ts';
import type { Reader } from '../ports.ts';
import { noPrinter } from '../printers/find-printer.ts';

/**
 * Checks a job's wish against the printers of the lab and returns it as it is stored. A lab without any printer
 * accepts jobs for any printer (files may come before the machines); whoever names what is not there hears so.
 * @param wanted '' for any, a printer's name, or `group:NAME`
 * @throws Refusal InvalidArgument; NotFound for a printer that is not there; NoCompatiblePrinter for a group
 * without printers and when none that is wanted can ever print the file, with the reason of each
 */
export const checkedWish = async (reader: Reader, file: GcodeFile, wanted: string): Promise<string> => {
  const wish = checkedText('Printer', wanted, 80);
  const printers = await reader.find('printers', { where: { removed: false } });
  const isWanted = createWish(printers);
  const possible = printers.filter(printer => isWanted(wish, printer));
  const [first] = possible;
  if (first === undefined) {
    if (wish === '') return wish;
    if (!wish.startsWith('group:')) throw noPrinter(wish);
    throw new Refusal('NoCompatiblePrinter', `No printer is in the group ${wish.slice('group:'.length)}.`);
  }
  if (!possible.some(printer => incompatibleReason(file, printer) === '')) {
    const details = possible.map(printer => ({
      of: printer.name,
      reason: incompatibleReason(file, printer),
    }));
    throw new Refusal('NoCompatiblePrinter', details.map(({ reason }) => reason).join(' '), { details });
  }
  return wish === '' || wish.startsWith('group:') ? wish : first.name;
};
