import { DataType, LocalizedText, type Variant, VariantArrayType } from 'node-opcua';
import type { NewJobOrder, SubmitJobCommand } from '../../../app/application.ts';
import type { LocalText } from '../../../domain/job.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { checkedText } from '../../../domain/text.ts';

/** Entries that a list of names, numbers or texts may have, and characters of each. */
const MAX_ENTRIES = 10;
const MAX_TEXT = 200;

/** The only mode that there is: nothing is simulated, and every job is for use (OPC 40001-3, 9.1). */
const PRODUCTION_MODE = 2;

type Fields = Readonly<Record<string, unknown>>;

const invalid = (message: string): Refusal => new Refusal('InvalidArgument', message);

const fieldsOf = (name: string, value: unknown): Fields => {
  if (typeof value !== 'object' || value === null) throw invalid(`${name} must be a structure.`);
  return value as Fields;
};

const listOf = (name: string, value: unknown): readonly unknown[] => {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw invalid(`${name} must be an array.`);
  return value;
};

const string = (name: string, value: unknown, limit = MAX_TEXT): string => {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') throw invalid(`${name} must be a String.`);
  return checkedText(name, value, limit);
};

const few = (name: string, values: readonly unknown[]): readonly unknown[] => {
  if (values.length > MAX_ENTRIES) throw invalid(`${name} has more than ${MAX_ENTRIES} entries.`);
  return values;
};

const localText = (name: string, value: unknown): LocalText => {
  if (typeof value === 'string') return { locale: '', text: string(name, value) };
  if (!(value instanceof LocalizedText)) throw invalid(`${name} must be LocalizedText.`);
  const { locale, text } = value;
  return { locale: string(name, locale, 20), text: string(name, text) };
};

/** Comments, descriptions and names; empty ones are left out. */
export const localTexts = (name: string, value: unknown): readonly LocalText[] =>
  few(name, listOf(name, value))
    .map(one => localText(name, one))
    .filter(({ text }) => text !== '');

const dateOf = (name: string, value: unknown): Date | null => {
  if (value === null || value === undefined) return null;
  if (!(value instanceof Date)) throw invalid(`${name} must be a DateTime.`);
  // 1601 and 1970 are how clients write that there is none.
  return value.getTime() <= 0 ? null : value;
};

/** Work master and what its parameters say are one: a file id or the name of a part. */
const workMasterOf = (value: unknown): string => {
  const all = listOf('WorkMasterID', value);
  const [first] = all;
  if (first === undefined) return '';
  if (all.length > 1)
    throw invalid('WorkMasterID must have one entry: this server does not choose among files.');
  const { ID, parameters } = fieldsOf('WorkMasterID', first);
  if (listOf('WorkMasterID.Parameters', parameters).length > 0) {
    throw invalid('WorkMasterID takes no Parameters: what is printed stands in the file.');
  }
  return string('WorkMasterID.ID', ID);
};

/** A printer, or a group of them, as it is named in EquipmentID. */
const equipmentOf = (value: unknown): string => {
  const all = listOf('EquipmentRequirements', value);
  const [first] = all;
  if (first === undefined) return '';
  if (all.length > 1)
    throw invalid('EquipmentRequirements must have one entry at most: a printer or group:NAME.');
  return string('EquipmentRequirements.ID', fieldsOf('EquipmentRequirements', first).ID, 80);
};

const refuseOthers = (order: Fields): void => {
  for (const name of ['personnelRequirements', 'physicalAssetRequirements', 'materialRequirements']) {
    if (listOf(name, order[name]).length > 0) {
      throw invalid(`${name} are not supported: material and tool stand in the file.`);
    }
  }
};

interface Parameters {
  file: string;
  printer: string;
  owner: string;
  jobName: readonly LocalText[];
  orderNumbers: readonly string[];
  customers: readonly string[];
  customerOrderNumbers: readonly string[];
}

const plainOf = (variant: unknown): { readonly value: unknown; readonly type: DataType } => {
  const { value, dataType, arrayType } = fieldsOf('Value', variant) as unknown as Variant;
  if (arrayType === VariantArrayType.Matrix)
    throw invalid('Values of parameters have one dimension at most.');
  // A list of no length at all, as clients send one that they never set.
  const list = arrayType === VariantArrayType.Array ? Array.from((value ?? []) as Iterable<unknown>) : value;
  return { value: dataType === DataType.Null ? null : list, type: dataType };
};

const asList = (value: unknown): readonly unknown[] =>
  value === null ? [] : Array.isArray(value) ? value : [value];

const stringsOf = (name: string, value: unknown): readonly string[] =>
  few(name, asList(value))
    .map(one => string(name, one, 80))
    .filter(text => text !== '');

const wholeOf = (name: string, { value, type }: ReturnType<typeof plainOf>): number => {
  const isWide = type === DataType.Int64 || type === DataType.UInt64;
  const number = isWide && Array.isArray(value) ? (value[0] === 0 ? value[1] : Number.NaN) : value;
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw invalid(`${name} must be a whole number.`);
  return number;
};

type Take = (given: ReturnType<typeof plainOf>, into: Parameters) => void;

/** The parameters that a job order may have, by their IDs: ours, and those of OPC 40001-3, 7.2. */
const takers: Readonly<Record<string, Take>> = {
  File({ value }, into) {
    into.file = string('File', value);
  },
  Printer({ value }, into) {
    into.printer = string('Printer', value, 80);
  },
  Owner({ value }, into) {
    into.owner = string('Owner', value, 100);
  },
  JobName({ value }, into) {
    into.jobName = localTexts('JobName', asList(value));
  },
  OrderNumbers({ value }, into) {
    into.orderNumbers = stringsOf('OrderNumbers', value);
  },
  Customers({ value }, into) {
    into.customers = stringsOf('Customers', value);
  },
  CustomerOrderNumbers({ value }, into) {
    into.customerOrderNumbers = stringsOf('CustomerOrderNumbers', value);
  },
  RunsPlanned(given) {
    if (wholeOf('RunsPlanned', given) !== 1) {
      throw invalid('RunsPlanned must be 1: a job order is printed once, store one for each run.');
    }
  },
  JobExecutionMode(given) {
    if (wholeOf('JobExecutionMode', given) !== PRODUCTION_MODE) {
      throw invalid('JobExecutionMode must be ProductionMode (2).');
    }
  },
};

const parametersOf = (value: unknown): Parameters => {
  const parameters: Parameters = {
    file: '',
    printer: '',
    owner: '',
    jobName: [],
    orderNumbers: [],
    customers: [],
    customerOrderNumbers: [],
  };
  const seen = new Set<string>();
  for (const one of listOf('JobOrderParameters', value)) {
    const { ID, value: variant, subparameters } = fieldsOf('JobOrderParameters', one);
    const id = string('JobOrderParameters.ID', ID);
    const take = Object.hasOwn(takers, id) ? takers[id] : undefined;
    if (take === undefined) {
      throw invalid(
        `JobOrderParameters has ${JSON.stringify(id.slice(0, 40))}; known: ${Object.keys(takers).join(', ')}.`,
      );
    }
    if (seen.has(id)) throw invalid(`JobOrderParameters has ${id} twice.`);
    if (listOf('Subparameters', subparameters).length > 0) throw invalid(`${id} takes no Subparameters.`);
    seen.add(id);
    take(plainOf(variant), parameters);
  }
  return parameters;
};

/** The one that is given; two that differ are a mistake. */
const either = (what: string, left: string, right: string): string => {
  if (left !== '' && right !== '' && left !== right) throw invalid(`${what} is said twice, and differently.`);
  return left || right;
};

/**
 * A job order as the submission of a job.
 * @param held true for Store
 * @throws Refusal InvalidArgument for what is malformed or not supported, NotPermitted for a start in the future
 */
export const decodeJobOrder = (value: unknown, held: boolean, now: Date): SubmitJobCommand => {
  const order = fieldsOf('JobOrder', value);
  refuseOthers(order);
  const parameters = parametersOf(order.jobOrderParameters);
  const startTime = dateOf('StartTime', order.startTime);
  const endTime = dateOf('EndTime', order.endTime);
  if (endTime !== null && startTime !== null && endTime < startTime) {
    throw invalid('EndTime lies before StartTime.');
  }
  if (!held && startTime !== null && startTime > now) {
    throw new Refusal(
      'NotPermitted',
      'This server starts nothing at a time: Store it now and Start it then.',
    );
  }
  const file = either('The file', workMasterOf(order.workMasterID), parameters.file);
  const priority = order.priority ?? 0;
  if (typeof priority !== 'number') throw invalid('Priority must be an Int16.');
  const jobOrder: NewJobOrder = {
    id: typeof order.jobOrderID === 'string' ? order.jobOrderID : '',
    held,
    said: {
      workMaster: file,
      description: localTexts('Description', order.description),
      jobName: parameters.jobName,
      orderNumbers: parameters.orderNumbers,
      customers: parameters.customers,
      customerOrderNumbers: parameters.customerOrderNumbers,
      startTime: startTime?.toISOString() ?? null,
      endTime: endTime?.toISOString() ?? null,
    },
  };
  return {
    file,
    printer: either('The printer', equipmentOf(order.equipmentRequirements), parameters.printer),
    owner: parameters.owner,
    orderId: parameters.orderNumbers[0] ?? '',
    priority,
    requestId: '',
    jobOrder,
  };
};
