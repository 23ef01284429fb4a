import type { Printer } from '../../domain/printer.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Reader } from '../ports.ts';

/** Which machine a URL leads to, however it is written: host, port and path; of a mock none does. */
const addressOf = ({ api, url }: Pick<Printer, 'api' | 'url'>): string | undefined => {
  if (api === 'Mock' || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  const host = hostname.toLowerCase().replace(/\.$/, '');
  return `${host}:${port || (protocol === 'https:' ? '443' : '80')}${pathname.replace(/\/+$/, '')}`;
};

/** Whether it may be another machine now: a mock is known by its name alone. */
export const isElsewhere = (before: Printer, after: Printer): boolean =>
  addressOf(before) !== addressOf(after);

/**
 * Two printers at one address, also of two kinds, would start two prints on one machine. Those that an older folder
 * holds stay as they are.
 * @throws Refusal InvalidArgument that names the printer which has it
 */
export const checkAddressIsFree = async (
  reader: Reader,
  printer: Pick<Printer, 'nameKey' | 'api' | 'url'>,
): Promise<void> => {
  const address = addressOf(printer);
  if (address === undefined) return;
  const others = await reader.find('printers', { where: { removed: false } });
  const holder = others.find(one => one.nameKey !== printer.nameKey && addressOf(one) === address);
  if (holder !== undefined) {
    throw new Refusal(
      'InvalidArgument',
      `Printer ${holder.name} (${holder.api}) has that url already: change or remove it, or give another url.`,
    );
  }
};
