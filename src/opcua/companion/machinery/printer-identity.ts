import { manufacturerOfModel } from '../../../domain/manufacturer.ts';
import type { Printer } from '../../../domain/printer.ts';
import { INSTANCES_URI } from '../../model-ids.ts';
import type { Identity } from './identification.ts';

/** As OPC 40540 (Additive Manufacturing) calls such machines. */
const DEVICE_CLASS = 'Additive Manufacturing machine';

/**
 * A machine that tells its serial number is the same wherever it is known; any other is this lab's printer of that
 * name, which is never given to another.
 */
const productInstanceUri = (name: string, manufacturer: string, serialNumber: string): string =>
  serialNumber === ''
    ? `${INSTANCES_URI}Printers/${name}`
    : `${INSTANCES_URI}Machines/${encodeURIComponent(manufacturer || 'unknown')}/${encodeURIComponent(serialNumber)}`;

/** What the machine told of itself, and what staff entered; nothing is guessed but the maker by the model's name. */
export const identityOf = ({ name, model, identity }: Printer): Identity => {
  const serialNumber = identity?.serialNumber ?? '';
  const shownModel = model || (identity?.model ?? '');
  const manufacturer = identity?.manufacturer || manufacturerOfModel(shownModel);
  return {
    ProductInstanceUri: productInstanceUri(name, manufacturer, serialNumber),
    Manufacturer: manufacturer,
    SerialNumber: serialNumber,
    Model: shownModel,
    SoftwareRevision: identity?.software ?? '',
    DeviceClass: DEVICE_CLASS,
    ComponentName: name,
  };
};
