import {
  AttributeIds,
  type ClientSession,
  OPCUAClient,
  UserTokenType,
  type Variant,
} from 'node-opcua-client';
import type { Identity } from './identity.ts';

const INSTANCES = 'http://monashautomation.com/UA/MesPrinting/Instances/';
const TIMEOUT = 5000;

export interface LabLogin {
  readonly endpointUrl: string;
  readonly username: string;
  readonly password: string;
}

/** A method's answer of the business kind. */
export interface Answer {
  readonly returnCode: number;
  readonly message: string;
  /** After ReturnCode and Message. */
  readonly outputs: readonly unknown[];
}

/** What a machine in the lab needs of the print server, through its public interface alone. */
export interface LabSession {
  readonly session: ClientSession;
  /** NodeId of an instance, by its name such as `Printers/Printer1`. */
  id(name: string): string;
  /** @throws when the call itself failed; a refusal is an answer */
  call(object: string, method: string, inputs: readonly Variant[]): Promise<Answer>;
  readValues(names: readonly string[]): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const wrap = async (session: ClientSession): Promise<Omit<LabSession, 'close'>> => {
  const index = (await session.readNamespaceArray()).indexOf(INSTANCES);
  if (index < 0) throw new Error(`The server has no namespace ${INSTANCES}: is it the print server?`);
  const id = (name: string): string => `ns=${index};s=${name}`;
  return {
    session,
    id,
    async call(object, method, inputs) {
      const result = await session.call({
        objectId: id(object),
        methodId: id(`${object}.${method}`),
        inputArguments: [...inputs],
      });
      if (!result.statusCode.isGood()) throw new Error(`${method}: ${result.statusCode.name}`);
      const [returnCode, message, ...outputs] = (result.outputArguments ?? []).map(({ value }) => value);
      return { returnCode: Number(returnCode), message: String(message), outputs };
    },
    async readValues(names) {
      const values = await session.read(
        names.map(name => ({ nodeId: id(name), attributeId: AttributeIds.Value })),
      );
      return values.map(({ value }) => value.value);
    },
  };
};

/** One session, used until its first failure. @throws when the server is away or refuses */
export const openLabSession = async (
  { endpointUrl, username, password }: LabLogin,
  { applicationName, applicationUri, certificate }: Identity,
): Promise<LabSession> => {
  const client = OPCUAClient.create({
    applicationName,
    applicationUri,
    certificateKeyPairProvider: certificate,
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
    return { ...(await wrap(session)), close };
  } catch (error) {
    await close();
    throw error;
  }
};
