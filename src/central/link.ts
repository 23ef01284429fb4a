import { AttributeIds, type DataValue, type StatusCode, StatusCodes } from 'node-opcua-client';
import type { Log } from '../app/ports.ts';
import { dataValueOf } from './coerce.ts';
import type { CentralPath, CentralValue } from './layout.ts';
import {
  type CentralPrinter,
  type CentralVariable,
  readLimits,
  readNamespaceIndex,
  resolvePrinters,
} from './resolve.ts';
import type { OpenSession } from './session.ts';
import type { Wait } from './wait.ts';

export interface WriteItem {
  readonly printer: string;
  readonly value: CentralValue;
}

/** absent: the central server has no such variable; refused: it has, and does not take the value. */
export type Outcome = 'written' | 'refused' | 'absent';

/** What is known of the central server for as long as one session lasts. */
export interface Link {
  /** Looks the printers up; those that the server does not have are left out. */
  resolve(printers: readonly string[], wait: Wait): Promise<void>;
  /** Whether it was looked up, found or not. */
  isResolved(printer: string): boolean;
  has(printer: string): boolean;
  /** Whether the central server has this variable of the printer. */
  takes(printer: string, path: CentralPath): boolean;
  /** Changes whenever the variables may have become others: what was written before counts no more. */
  generation(): number;
  /**
   * In the order of the items, in as few Writes as the server allows. The outcomes are in the same order.
   * @throws when the server does not answer or no longer has the nodes after another look-up
   */
  write(items: readonly WriteItem[], wait: Wait): Promise<readonly Outcome[]>;
  isLost(): boolean;
}

interface Target {
  readonly item: WriteItem;
  readonly position: number;
  readonly variable: CentralVariable;
  readonly dataValue: DataValue;
}

const movedCodes: readonly StatusCode[] = [StatusCodes.BadNodeIdUnknown, StatusCodes.BadNodeIdInvalid];
const keyOf = ({ printer, value }: WriteItem): string => `${printer}/${value.path}`;

/** A service fault that says that the request was too long. */
const isTooLong = (error: unknown): boolean =>
  error instanceof Error && /BadTooManyOperations|BadRequestTooLarge/.test(error.message);

/** @param told faults of single variables that were logged already, across sessions */
export const createLink = async (
  open: OpenSession,
  namespace: string,
  told: Set<string>,
  wait: Wait,
  log: Log,
): Promise<Link> => {
  const { session } = open;
  const index = await readNamespaceIndex(session, namespace, wait);
  const limits = await readLimits(session, wait);
  let writeLimit = limits.write;
  let resolved: ReadonlyMap<string, CentralPrinter> = new Map();
  let asked: readonly string[] = [];
  let generation = 0;
  /** The server takes neither status nor timestamps. Of all variables, so that a batch keeps its order. */
  let valueOnly = false;

  const resolve = async (printers: readonly string[], waitFor: Wait): Promise<void> => {
    resolved = await resolvePrinters(session, index, printers, limits, waitFor);
    asked = printers;
    generation++;
  };

  const tell = (item: WriteItem, fault: string): void => {
    const key = `${keyOf(item)}: ${fault}`;
    if (told.has(key)) return;
    told.add(key);
    log.warn(
      { printer: item.printer, variable: item.value.path, fault },
      'The central server does not take a value',
    );
  };

  /** One Write per chunk; a server that finds it too long gets shorter ones from then on. */
  const send = async (targets: readonly Target[], waitFor: Wait): Promise<readonly StatusCode[]> => {
    const codes: StatusCode[] = [];
    for (let begin = 0; begin < targets.length; ) {
      const chunk = targets.slice(begin, begin + writeLimit);
      const nodes = chunk.map(({ variable, dataValue }) => ({
        nodeId: variable.nodeId,
        attributeId: AttributeIds.Value,
        value: dataValue,
      }));
      try {
        codes.push(
          ...(await waitFor(`Writing ${chunk.length} values to the central server`, session.write(nodes))),
        );
        begin += chunk.length;
      } catch (error) {
        if (!isTooLong(error) || chunk.length === 1) throw error;
        writeLimit = Math.ceil(chunk.length / 2);
      }
    }
    return codes;
  };

  const targetsOf = (
    positions: readonly number[],
    items: readonly WriteItem[],
    outcomes: Outcome[],
  ): readonly Target[] =>
    positions.flatMap(position => {
      const item = items[position];
      const variable = item && resolved.get(item.printer)?.get(item.value.path);
      if (item === undefined || variable === undefined) return [];
      const dataValue = dataValueOf(item.value, variable.dataType, valueOnly);
      if (dataValue === undefined) {
        outcomes[position] = 'refused';
        tell(item, 'its data type');
        return [];
      }
      return [{ item, position, variable, dataValue }];
    });

  const write = async (items: readonly WriteItem[], waitFor: Wait): Promise<readonly Outcome[]> => {
    const outcomes: Outcome[] = items.map(() => 'absent');
    let positions = [...items.keys()];
    let lookedUpAgain = false;
    while (positions.length > 0) {
      const targets = targetsOf(positions, items, outcomes);
      const codes = await send(targets, waitFor);
      const wasValueOnly = valueOnly;
      const again: number[] = [];
      let moved = false;
      targets.forEach(({ item, position }, number) => {
        const code = codes[number] ?? StatusCodes.BadUnexpectedError;
        if (code.isGood()) {
          outcomes[position] = 'written';
        } else if (movedCodes.includes(code)) {
          moved = true;
          again.push(position);
        } else if (code === StatusCodes.BadWriteNotSupported && !wasValueOnly) {
          valueOnly = true;
          again.push(position);
        } else {
          outcomes[position] = 'refused';
          tell(item, code.name);
        }
      });
      if (moved) {
        if (lookedUpAgain) throw new Error('The central server does not know the nodes that it just named.');
        lookedUpAgain = true;
        await resolve(asked, waitFor);
      }
      positions = again;
    }
    return outcomes;
  };

  return {
    resolve,
    isResolved: printer => asked.includes(printer),
    has: printer => resolved.has(printer),
    takes: (printer, path) => resolved.get(printer)?.has(path) ?? false,
    generation: () => generation,
    write,
    isLost: open.isLost,
  };
};

/** Within a batch `state` comes last: who sees it change finds the rest there. */
export const stateLast = (items: readonly WriteItem[]): readonly WriteItem[] => [
  ...items.filter(({ value }) => value.path !== 'state'),
  ...items.filter(({ value }) => value.path === 'state'),
];
