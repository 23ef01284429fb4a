import { DataType, DataValue, StatusCodes, type UAVariable, Variant, VariantArrayType } from 'node-opcua';
import type { Clock } from '../../../app/ports.ts';
import type { Job } from '../../../domain/job.ts';
import type { Structures } from './structures.ts';

export interface ListSource {
  readonly jobs: () => readonly Job[];
  /** Another number whenever the list may be another. */
  readonly version: () => number;
}

/** What node-opcua asks for the value, after it has checked the rights of who reads. */
interface Computed {
  _timestamped_get_func: () => DataValue;
}

/**
 * Computes the value when it is read, once for each version of the list. Not through `bindVariable`: readers who come
 * while a bound getter is at work are all given its answer, whatever their rights.
 */
export const computeWhenRead = (
  variable: UAVariable,
  { jobs, version }: ListSource,
  structures: Pick<Structures, 'orderAndState'>,
  clock: Pick<Clock, 'now'>,
): void => {
  let known: { readonly version: number; readonly value: DataValue } | undefined;
  const read = (): DataValue => {
    const now = version();
    if (known?.version !== now) {
      const value = new DataValue({
        statusCode: StatusCodes.Good,
        sourceTimestamp: clock.now(),
        value: new Variant({
          dataType: DataType.ExtensionObject,
          arrayType: VariantArrayType.Array,
          value: jobs().map(structures.orderAndState),
        }),
      });
      known = { version: now, value };
    }
    return known.value;
  };
  (variable as unknown as Computed)._timestamped_get_func = read;
};
