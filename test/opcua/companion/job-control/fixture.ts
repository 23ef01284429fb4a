/** A server with the lab's JobManagement, and clients that speak ISA-95 to it. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CallMethodResult,
  type ClientSession,
  coerceLocalizedText,
  DataType,
  type ExtensionObject,
  type OPCUAClient,
  resolveNodeId,
  Variant,
  VariantArrayType,
  type VariantOptions,
} from 'node-opcua';
import {
  isa95Ids,
  type JobControlMethod,
  methodIds,
} from '../../../../src/opcua/companion/job-control/ids.ts';
import type { OpcuaServer } from '../../../../src/opcua/server/server.ts';
import { createTestApp, type Person, type TestApp, type TestAppOptions } from '../../../support/app.ts';
import { connect, logIn, opcuaServer, opcuaSettings } from '../../../support/opcua-server.ts';

export const LAB = 'ns=3;s=Lab/MachineryBuildingBlocks/JobManagement';
export const managementOf = (printer: string): string =>
  `ns=3;s=Printers/${printer}/MachineryBuildingBlocks/JobManagement`;

/** Values by the names of the fields, as node-opcua writes them. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly ID: string;
  readonly value: VariantOptions;
}

const RESPONSES: readonly string[] = ['RequestJobResponseByJobOrderID', 'RequestJobResponseByJobOrderState'];

export const startJobControl = async (options: TestAppOptions = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'job-control-'));
  const app: TestApp = await createTestApp(options);
  await app.addPrinter('Printer1');
  const server: OpcuaServer = opcuaServer({ app, settings: opcuaSettings(join(folder, 'server')) });
  await server.start();
  const client: OPCUAClient = await connect({ url: server.endpointUrl(), pki: join(folder, 'client') });
  const sessions = new Map<string, ClientSession>();

  const session = async (person: Person | 'anonymous'): Promise<ClientSession> => {
    const known = sessions.get(person);
    if (known !== undefined) return known;
    const made = person === 'anonymous' ? await client.createSession() : await logIn(client, person);
    sessions.set(person, made);
    return made;
  };

  const structure = async (by: ClientSession, type: string, fields: Fields): Promise<ExtensionObject> =>
    by.constructExtensionObject(resolveNodeId(type), fields);

  /** With the structures of its parameters, work masters and equipment. */
  const jobOrder = async (by: ClientSession, fields: Fields): Promise<ExtensionObject> => {
    const {
      file,
      parameters = [],
      ...others
    } = fields as Fields & {
      readonly file?: string;
      readonly parameters?: readonly Parameter[];
    };
    const made = await Promise.all(
      parameters.map(({ ID, value }) =>
        structure(by, isa95Ids.ISA95ParameterDataType, { ID, value: new Variant(value) }),
      ),
    );
    return structure(by, isa95Ids.ISA95JobOrderDataType, {
      ...(file !== undefined && {
        workMasterID: [await structure(by, isa95Ids.ISA95WorkMasterDataType, { ID: file })],
      }),
      ...(made.length > 0 && { jobOrderParameters: made }),
      ...others,
    });
  };

  const comment = (text: string): VariantOptions => ({
    dataType: DataType.LocalizedText,
    arrayType: VariantArrayType.Array,
    value: text === '' ? [] : [coerceLocalizedText(text)],
  });

  const callOn = async (
    person: Person | 'anonymous',
    management: string,
    method: JobControlMethod,
    inputArguments: VariantOptions[],
  ): Promise<CallMethodResult> => {
    const object = RESPONSES.includes(method) ? 'JobOrderResults' : 'JobOrderControl';
    const objectId = `${management}/${object}`;
    return (await session(person)).call({ objectId, methodId: methodIds[method], inputArguments });
  };

  const store = async (
    person: Person,
    method: 'Store' | 'StoreAndStart',
    fields: Fields,
  ): Promise<CallMethodResult> => {
    const order = await jobOrder(await session(person), fields);
    return callOn(person, LAB, method, [{ dataType: DataType.ExtensionObject, value: order }, comment('')]);
  };

  const command = (
    person: Person,
    method: JobControlMethod,
    id: string,
    why = '',
  ): Promise<CallMethodResult> =>
    callOn(person, LAB, method, [{ dataType: DataType.String, value: id }, comment(why)]);

  const response = (person: Person, id: string, management = LAB): Promise<CallMethodResult> =>
    callOn(person, management, 'RequestJobResponseByJobOrderID', [{ dataType: DataType.String, value: id }]);

  const list = async (person: Person | 'anonymous', management = LAB) =>
    (await session(person)).read({ nodeId: `${management}/JobOrderControl/JobOrderList` });

  return {
    app,
    server,
    session,
    structure,
    jobOrder,
    callOn,
    store,
    command,
    response,
    list,
    async close(): Promise<void> {
      for (const one of sessions.values()) await one.close();
      await client.disconnect();
      await server.stop();
      await app.close();
    },
  };
};

export type JobControl = Awaited<ReturnType<typeof startJobControl>>;

/** The call's status and, where there is one, the ReturnStatus, as `Uncertain 16`. */
export const outcomeOf = (result: CallMethodResult): string => {
  const value: unknown = result.outputArguments?.at(-1)?.value;
  if (!Array.isArray(value)) return result.statusCode.name;
  const [high, low] = value as [number, number];
  return `${result.statusCode.name} ${(BigInt(high) << 32n) | BigInt(low)}`;
};

interface StateFields {
  readonly stateNumber: number;
  readonly stateText: { readonly text: string };
  readonly browsePath: {
    readonly elements: readonly { readonly targetName: { readonly name: string } }[] | null;
  };
}

/** `2 AllowedToStart / AllowedToStartSubstates 1 Waiting` */
export const statesOf = (states: unknown): string =>
  (states as readonly StateFields[])
    .map(({ stateNumber, stateText, browsePath }) =>
      [
        ...(browsePath.elements ?? []).map(({ targetName }) => targetName.name),
        stateNumber,
        stateText.text,
      ].join(' '),
    )
    .join(' / ');

/** Values of parameters by their IDs. */
export const parametersOf = (parameters: unknown): Record<string, unknown> =>
  Object.fromEntries(
    ((parameters ?? []) as readonly { readonly ID: string; readonly value: Variant }[]).map(
      ({ ID, value }) => [ID, value.value],
    ),
  );

/** A field of a structure, wherever it was: in an event, an output or a list. */
export const fieldOf = (structure: unknown, name: string): unknown =>
  typeof structure === 'object' && structure !== null ? (structure as Fields)[name] : undefined;
