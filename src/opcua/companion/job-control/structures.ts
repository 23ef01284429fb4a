import {
  type AddressSpace,
  BinaryStream,
  DataType,
  ExtensionObject,
  NodeClass,
  type UADataType,
  Variant,
  VariantArrayType,
} from 'node-opcua';
import type { Job, LocalText } from '../../../domain/job.ts';
import { statusCodeOf } from '../../../domain/job-status.ts';
import { asciiText } from '../../../domain/text.ts';
import { ISA95_INDEX, isa95Ids } from './ids.ts';
import { jobResults, reasonOf, type StateEntry, stateEntries, stateOf } from './job-state.ts';

/**
 * A structure as the bytes that clients are sent, made once: node-opcua encodes, and copies, a structure at each read,
 * and a list has a thousand of them.
 */
export class EncodedStructure extends ExtensionObject {
  override readonly schema: ExtensionObject['schema'];
  readonly bytes: ArrayBuffer;

  /** Also how node-opcua copies one; the bytes never change, so the copy shares them. */
  constructor({ schema, bytes }: Pick<EncodedStructure, 'schema' | 'bytes'>) {
    super();
    this.schema = schema;
    this.bytes = bytes;
  }

  override encode(stream: Parameters<ExtensionObject['encode']>[0]): void {
    stream.writeArrayBuffer(this.bytes);
  }
}

/** Priority is an Int16 here and an Int32 elsewhere. */
const toInt16 = (value: number): number => Math.max(-0x8000, Math.min(0x7fff, value));

const localized = ({ locale, text }: LocalText) => ({ locale, text });

const english = (text: string) => ({ locale: 'en', text });

/** First bytes that a structure is encoded into; it grows. */
const ROOM = 2048;

export interface JobProgress {
  /** % */
  readonly progress: number;
  readonly waitingReason: string;
}

/** Makes the structures of ISA-95 Job Control from jobs. */
export const createStructures = (addressSpace: AddressSpace) => {
  const maker = (nodeId: string) => {
    const type = addressSpace.findNode(nodeId);
    if (type?.nodeClass !== NodeClass.DataType) throw new Error(`The nodesets have no data type ${nodeId}.`);
    return (fields: Record<string, unknown>): ExtensionObject =>
      addressSpace.constructExtensionObject(type as UADataType, fields);
  };
  const makeOrder = maker(isa95Ids.ISA95JobOrderDataType);
  const makeOrderAndState = maker(isa95Ids.ISA95JobOrderAndStateDataType);
  const makeResponse = maker(isa95Ids.ISA95JobResponseDataType);
  const makeState = maker(isa95Ids.ISA95StateDataType);
  const makeParameter = maker(isa95Ids.ISA95ParameterDataType);
  const makeWorkMaster = maker(isa95Ids.ISA95WorkMasterDataType);
  const makeEquipment = maker(isa95Ids.ISA95EquipmentDataType);

  const parameter = (ID: string, dataType: DataType, value: unknown): ExtensionObject =>
    makeParameter({
      ID,
      value: new Variant({
        dataType,
        arrayType: Array.isArray(value) ? VariantArrayType.Array : VariantArrayType.Scalar,
        value,
      }),
    });

  const strings = (ID: string, values: readonly string[]): readonly ExtensionObject[] =>
    values.length === 0 ? [] : [parameter(ID, DataType.String, [...values])];

  const state = ({ number, text, machine }: StateEntry): ExtensionObject =>
    makeState({
      browsePath: {
        elements:
          machine === undefined
            ? []
            : [
                {
                  referenceTypeId: 'i=47',
                  isInverse: false,
                  includeSubtypes: true,
                  targetName: { namespaceIndex: ISA95_INDEX, name: machine },
                },
              ],
      },
      stateText: english(text),
      stateNumber: number,
    });

  const states = (job: Job): readonly ExtensionObject[] => stateEntries(stateOf(job)).map(state);

  const names = (job: Job): readonly ExtensionObject[] => {
    const given = job.jobOrder?.jobName ?? [];
    const shown = given.length > 0 ? given.map(localized) : [english(job.fileName)];
    return job.fileName === '' && given.length === 0
      ? []
      : [parameter('JobName', DataType.LocalizedText, shown)];
  };

  const orderNumbers = ({ jobOrder, orderId }: Job): readonly ExtensionObject[] =>
    strings('OrderNumbers', jobOrder?.orderNumbers ?? (orderId === '' ? [] : [orderId]));

  const equipment = (ID: string) => (ID === '' ? undefined : [makeEquipment({ ID })]);

  const time = (iso: string | null | undefined): Date | undefined =>
    iso === null || iso === undefined ? undefined : new Date(iso);

  const order = (job: Job): ExtensionObject => {
    const said = job.jobOrder;
    const workMaster = said?.workMaster ?? job.fileId;
    return makeOrder({
      jobOrderID: job.jobOrderId,
      ...(said && said.description.length > 0 && { description: said.description.map(localized) }),
      ...(workMaster !== '' && { workMasterID: [makeWorkMaster({ ID: workMaster })] }),
      startTime: time(said?.startTime),
      endTime: time(said?.endTime),
      priority: toInt16(job.priority),
      jobOrderParameters: [
        ...names(job),
        ...orderNumbers(job),
        ...strings('Customers', said?.customers ?? []),
        ...strings('CustomerOrderNumbers', said?.customerOrderNumbers ?? []),
      ],
      equipmentRequirements: equipment(job.wantedPrinter),
    });
  };

  const response = (job: Job, live: JobProgress): ExtensionObject => {
    const { result } = stateOf(job);
    const reason = reasonOf(job);
    return makeResponse({
      jobResponseID: `MES-${job.id}`,
      jobOrderID: job.jobOrderId,
      ...(live.waitingReason !== '' && { description: english(live.waitingReason) }),
      startTime: time(job.startTime),
      endTime: time(job.endTime),
      jobState: states(job),
      jobResponseData: [
        ...names(job),
        ...orderNumbers(job),
        parameter('JobResult', DataType.Int32, jobResults[result]),
        ...(reason === ''
          ? []
          : [parameter('ReasonForStateChange', DataType.LocalizedText, [english(asciiText(reason))])]),
        parameter('JobId', DataType.UInt32, job.id),
        parameter('StatusCode', DataType.Int32, statusCodeOf(job.status)),
        parameter('Progress', DataType.Double, live.progress),
        ...(job.storageLocation === ''
          ? []
          : [parameter('StorageLocation', DataType.String, job.storageLocation)]),
      ],
      equipmentActuals: equipment(job.printer),
    });
  };

  const encode = (structure: ExtensionObject): EncodedStructure => {
    const stream = new BinaryStream(ROOM);
    structure.encode(stream);
    const bytes = new Uint8Array(stream.buffer.subarray(0, stream.length)).buffer;
    return new EncodedStructure({ schema: structure.schema, bytes });
  };

  const listed = new WeakMap<Job, EncodedStructure>();
  return {
    order,
    response,
    encodedResponse: (job: Job, live: JobProgress): EncodedStructure => encode(response(job, live)),
    states,
    workMaster: (ID: string): ExtensionObject => makeWorkMaster({ ID }),
    /** Made once for each row. */
    orderAndState(job: Job): EncodedStructure {
      const known = listed.get(job);
      if (known !== undefined) return known;
      const made = encode(makeOrderAndState({ jobOrder: order(job), state: states(job) }));
      listed.set(job, made);
      return made;
    },
    isReady: (job: Job): boolean => listed.has(job),
  };
};

export type Structures = ReturnType<typeof createStructures>;
