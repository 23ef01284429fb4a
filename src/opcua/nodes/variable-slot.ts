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

export const createSlot = (variable: UAVariable): VariableSlot => {
  const dataType: DataType = variable.getBasicDataType();
  let last: SlotValue | undefined;
  let lastStatus: StatusCode | undefined;
  let known = false;
  return {
    get known() {
      return known;
    },
    get value() {
      return last;
    },
    write(value, time, status = StatusCodes.Good) {
      if (last !== undefined && plain(last) === plain(value) && lastStatus === status) return;
      variable.setValueFromSource(new Variant({ dataType, value }), status, time);
      last = value;
      lastStatus = status;
      known ||= status === StatusCodes.Good;
    },
  };
};

/** A DateTime that says "none": 1601-01-01, which clients show as empty (OPC 10000-6, 5.2.2.5). */
export const noTime: Date = minDate;

export const timeOf = (iso: string | null | undefined): Date =>
  iso === null || iso === undefined || iso === '' ? noTime : new Date(iso);
