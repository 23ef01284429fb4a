import { type DataType, minDate, type StatusCode, StatusCodes, type UAVariable, Variant } from 'node-opcua';

export type SlotValue = string | number | boolean | Date;

/** A variable's node with what was written to it last, so that only changes are written. */
export interface VariableSlot {
  readonly value: SlotValue | undefined;
  /** It has had a Good value. */
  readonly known: boolean;
  /** @param time becomes the SourceTimestamp */
  write(value: SlotValue, time: Date, status?: StatusCode): void;
}

const plain = (value: SlotValue): string | number | boolean =>
  value instanceof Date ? value.getTime() : value;

/** A class, since there are 45 for each printer: functions of their own would take 250 bytes each time. */
class Slot implements VariableSlot {
  readonly #variable: UAVariable;
  readonly #dataType: DataType;
  #status: StatusCode | undefined;
  value: SlotValue | undefined;
  known = false;

  constructor(variable: UAVariable) {
    this.#variable = variable;
    this.#dataType = variable.getBasicDataType();
  }

  write(value: SlotValue, time: Date, status: StatusCode = StatusCodes.Good): void {
    if (this.value !== undefined && plain(this.value) === plain(value) && this.#status === status) return;
    this.#variable.setValueFromSource(new Variant({ dataType: this.#dataType, value }), status, time);
    this.value = value;
    this.#status = status;
    this.known ||= status === StatusCodes.Good;
  }
}

export const createSlot = (variable: UAVariable): VariableSlot => new Slot(variable);

/** A DateTime that says "none": 1601-01-01, which clients show as empty (OPC 10000-6, 5.2.2.5). */
export const noTime: Date = minDate;

export const timeOf = (iso: string | null | undefined): Date =>
  iso === null || iso === undefined || iso === '' ? noTime : new Date(iso);
