import test from 'ava';
import { ReadRequest, resolveNodeId } from 'node-opcua';
import { A_TURN, AT_ONCE } from '../../../src/opcua/server/fair-turns.ts';
import { findLargeValues } from '../../../src/opcua/server/large-values.ts';
import { weightOf } from '../../../src/opcua/server/request-weight.ts';
import { createAddressSpace } from '../../support/address-space.ts';

const readOf = (...nodes: readonly string[]): ReadRequest =>
  new ReadRequest({ nodesToRead: nodes.map(id => ({ nodeId: resolveNodeId(id), attributeId: 13 })) });

test('a read weighs by what it answers: a long type dictionary waits for a turn, a plain value does not', async t => {
  const addressSpace = await createAddressSpace();
  t.teardown(() => addressSpace.dispose());
  const sizeOf = findLargeValues(addressSpace);
  const heartbeat = 'ns=3;s=MesPrinting/Heartbeat';
  t.is(weightOf(readOf(heartbeat, 'i=2258', 'i=2256'), sizeOf), 3);
  for (const dictionary of ['i=7617', 'i=8252']) {
    const one = weightOf(readOf(dictionary), sizeOf);
    t.true(one > AT_ONCE && one < A_TURN, `${dictionary}: ${one}`);
  }
  t.true(weightOf(readOf(...Array<string>(5).fill('i=7617')), sizeOf) > A_TURN);
});
