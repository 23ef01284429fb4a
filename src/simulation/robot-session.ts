import {
  AttributeIds,
  type ClientSession,
  coerceNodeId,
  DataType,
  NodeClass,
  OPCUAClient,
  UserTokenType,
  Variant,
} from 'node-opcua';
import type { Identity } from './identity.ts';

const INSTANCES = 'http://monashautomation.com/UA/MesPrinting/Instances/';
const TIMEOUT = 5000;

/** Of a printer, as its variables say. */
export interface PlateState {
  readonly printer: string;
  /** 0 none, 1 requested, 2 in progress, 3 failed. */
  readonly pickupState: number;
  readonly robot: string;
}

/** A method's answer of the business kind. */
export interface Answer {
  readonly returnCode: number;
  readonly message: string;
  readonly outputs: readonly unknown[];
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

export interface RobotLogin {
  readonly endpointUrl: string;
  readonly username: string;
  readonly password: string;
}

const openPrinters = async (session: ClientSession): Promise<RobotSession> => {
  const index = (await session.readNamespaceArray()).indexOf(INSTANCES);
  if (index < 0) throw new Error(`The server has no namespace ${INSTANCES}: is it the print server?`);
  const id = (name: string): string => `ns=${index};s=${name}`;

  const printerNames = async (): Promise<readonly string[]> => {
    const children = await session.browse({
      nodeId: id('Printers'),
      referenceTypeId: 'HierarchicalReferences',
      includeSubtypes: true,
      browseDirection: 0,
      nodeClassMask: NodeClass.Object,
      resultMask: 63,
    });
    const ids = (children.references ?? []).map(({ nodeId }) => nodeId);
    return ids
      .filter(({ namespace, value }) => namespace === index && String(value).startsWith('Printers/'))
      .map(({ value }) => String(value).slice('Printers/'.length));
  };

  const call = async (method: string, inputs: readonly Variant[]): Promise<Answer> => {
    const result = await session.call({
      objectId: coerceNodeId(id('Printers')),
      methodId: coerceNodeId(id(`Printers.${method}`)),
      inputArguments: [...inputs],
    });
    if (!result.statusCode.isGood()) throw new Error(`${method}: ${result.statusCode.name}`);
    const [returnCode, message, ...outputs] = (result.outputArguments ?? []).map(({ value }) => value);
    return { returnCode: Number(returnCode), message: String(message), outputs };
  };

  return {
    async readPlates() {
      const printers = await printerNames();
      const values = await session.read(
        printers.flatMap(printer =>
          ['State', 'Robot'].map(name => ({
            nodeId: id(`Printers/${printer}/Pickup/${name}`),
            attributeId: AttributeIds.Value,
          })),
        ),
      );
      return printers.map((printer, number) => ({
        printer,
        pickupState: Number(values[2 * number]?.value.value ?? 0),
        robot: String(values[2 * number + 1]?.value.value ?? ''),
      }));
    },
    beginPickup: (printer, robot) => call('BeginPickup', [text(printer), text(robot)]),
    confirmPickup: (pickupId, storageLocation) =>
      call('ConfirmPickup', [
        new Variant({ dataType: DataType.UInt32, value: pickupId }),
        text(storageLocation),
      ]),
    close: async () => session.close(),
  };
};

/** One session, used until its first failure. @throws when the server is away or refuses */
export const openRobotSession = async (
  { endpointUrl, username, password }: RobotLogin,
  applicationUri: string,
  identity: Identity,
): Promise<RobotSession> => {
  const client = OPCUAClient.create({
    applicationName: 'SimulatedRobot',
    applicationUri,
    certificateKeyPairProvider: identity,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    defaultTransactionTimeout: TIMEOUT,
  });
  const close = async (): Promise<void> => {
    await client.disconnect().catch(() => undefined);
  };
  try {
    await client.connect(endpointUrl);
    const session = await client.createSession({
      type: UserTokenType.UserName,
      userName: username,
      password,
    });
    return { ...(await openPrinters(session)), close };
  } catch (error) {
    await close();
    throw error;
  }
};
