import { BrowseDirection, DataType, NodeClass, Variant } from 'node-opcua-client';
import type { Identity } from './identity.ts';
import { type Answer, type LabLogin, type LabSession, openLabSession } from './lab-session.ts';

/** Of a printer, as its variables say. */
export interface PlateState {
  readonly printer: string;
  /** 0 none, 1 requested, 2 in progress, 3 failed. */
  readonly pickupState: number;
  readonly robot: string;
}

/** What a robot's controller needs of the print server, through its public interface alone. */
export interface RobotSession {
  readPlates(): Promise<readonly PlateState[]>;
  /** Outputs after ReturnCode and Message: PickupId, PickupPrinter, JobId, Content. */
  beginPickup(printer: string, robot: string): Promise<Answer>;
  /** Outputs after ReturnCode and Message: JobId. */
  confirmPickup(pickupId: number, storageLocation: string): Promise<Answer>;
  close(): Promise<void>;
}

const text = (value: string): Variant => new Variant({ dataType: DataType.String, value });
const PREFIX = 'Printers/';

const printerNames = async ({ session, id }: LabSession): Promise<readonly string[]> => {
  const children = await session.browse({
    nodeId: id('Printers'),
    referenceTypeId: 'HierarchicalReferences',
    includeSubtypes: true,
    browseDirection: BrowseDirection.Forward,
    nodeClassMask: NodeClass.Object,
    resultMask: 63,
  });
  return (children.references ?? [])
    .map(({ nodeId }) => String(nodeId.value))
    .filter(name => name.startsWith(PREFIX))
    .map(name => name.slice(PREFIX.length));
};

/** One session, used until its first failure. @throws when the server is away or refuses */
export const openRobotSession = async (login: LabLogin, identity: Identity): Promise<RobotSession> => {
  const lab = await openLabSession(login, identity);
  return {
    async readPlates() {
      const printers = await printerNames(lab);
      const values = await lab.readValues(
        printers.flatMap(printer => ['State', 'Robot'].map(name => `${PREFIX}${printer}/Pickup/${name}`)),
      );
      return printers.map((printer, number) => ({
        printer,
        pickupState: Number(values[2 * number] ?? 0),
        robot: String(values[2 * number + 1] ?? ''),
      }));
    },
    beginPickup: (printer, robot) => lab.call('Printers', 'BeginPickup', [text(printer), text(robot)]),
    confirmPickup: (pickupId, storageLocation) =>
      lab.call('Printers', 'ConfirmPickup', [
        new Variant({ dataType: DataType.UInt32, value: pickupId }),
        text(storageLocation),
      ]),
    close: lab.close,
  };
};
