import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { AttributeIds, type ClientSession, type NodeId, StatusCodes } from 'node-opcua';
import { completionIds } from '../../../src/opcua/file-transfer/ids.ts';
import { until } from '../../support/until.ts';
import { startFileTransfer } from './fixture.ts';

const stateOf = async (by: ClientSession, machine: NodeId): Promise<string> => {
  const nodeId = `${machine.toString()}/CurrentState`;
  const { value } = await by.read({ nodeId, attributeId: AttributeIds.Value });
  const id = await by.read({ nodeId: `${nodeId}/Id`, attributeId: AttributeIds.Value });
  const state = (value.value as { text: string }).text;
  return Object.entries(completionIds.states).some(
    ([name, node]) => name === state && String(id.value.value) === `ns=0;${node}`,
  )
    ? state
    : `${state} and ${id.value.value}`;
};

test('a check that takes longer than an answer may is followed by a state machine, to Idle or to Error', async t => {
  const lab = await startFileTransfer(application => ({
    ...application,
    async storeFile(...given) {
      try {
        return await application.storeFile(...given);
      } finally {
        await sleep(2600);
      }
    },
  }));
  t.teardown(lab.stop);
  const [operator, other] = [await lab.session('operator'), await lab.session('plc')];
  const outcome = async (content: string) => {
    const sent = await lab.begin(operator);
    await lab.write(operator, sent, content);
    const { statusCode, outputArguments } = await lab.commit(operator, sent);
    t.is(statusCode, StatusCodes.Good);
    return { sent, machine: outputArguments?.[0]?.value as NodeId };
  };
  const [whole, broken] = await Promise.all([outcome('G28\nG1 X1 E1\n'), outcome('\0\0\0')]);
  t.is(await stateOf(operator, whole.machine), 'ApplyWrite');
  const reset = (by: ClientSession, { machine }: typeof whole) =>
    by.call({ objectId: machine, methodId: completionIds.Reset, inputArguments: [] });
  t.is((await reset(operator, broken)).statusCode, StatusCodes.BadInvalidState);

  await until('the file to be stored', async () => (await stateOf(operator, whole.machine)) !== 'ApplyWrite');
  t.is(await stateOf(operator, whole.machine), 'Idle');
  t.is(await stateOf(operator, broken.machine), 'Error');
  const stored = await lab.app.application.getFile(lab.app.actors.operator, String(whole.sent.node.value));
  t.is(stored.name, 'part.gcode');

  t.is((await reset(operator, whole)).statusCode, StatusCodes.BadInvalidState);
  t.is((await reset(other, broken)).statusCode, StatusCodes.BadInvalidState);
  t.is((await reset(operator, broken)).statusCode, StatusCodes.Good);
  const gone = await operator.read({ nodeId: broken.machine, attributeId: AttributeIds.BrowseName });
  t.is(gone.statusCode, StatusCodes.BadNodeIdUnknown);
});
