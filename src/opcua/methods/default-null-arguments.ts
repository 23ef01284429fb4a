import { CallRequest, DataType, type OPCUAServer, Variant } from 'node-opcua';
import { methodTable } from '../model-ids.ts';
import { defaultOf } from './decode.ts';

const inputsById = new Map(
  Object.values(methodTable).map(({ nodeId, inputs }) => [nodeId as string, inputs] as const),
);

/**
 * "Null means default" for Variants without a type too: node-opcua checks the declared types before a handler sees
 * them, and takes a null String, but no Null in place of a scalar.
 */
export const defaultNullArguments = (server: OPCUAServer): void => {
  server.on('request', (request: unknown) => {
    if (!(request instanceof CallRequest)) return;
    for (const { methodId, inputArguments } of request.methodsToCall ?? []) {
      if (!inputArguments?.some(one => one.dataType === DataType.Null)) continue;
      const inputs = inputsById.get(methodId.toString());
      inputs?.forEach((definition, index) => {
        if (inputArguments[index]?.dataType !== DataType.Null) return;
        inputArguments[index] = new Variant({
          dataType: DataType[definition.dataType],
          value: defaultOf(definition),
        });
      });
    }
  });
};
