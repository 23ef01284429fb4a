import test from 'ava';
import { createGate } from '../../src/app/gate.ts';
import { Refusal } from '../../src/domain/refusal.ts';

test('a gate lets so many in, so many wait, and refuses the rest', async t => {
  const gate = createGate('visitors', 2, 1);
  const leave: (() => void)[] = [];
  const enter = () => gate.run(() => new Promise<void>(resolve => leave.push(resolve)));
  const visits = [enter(), enter(), enter()];
  t.is(leave.length, 2);
  const refusal = await t.throwsAsync(enter(), { instanceOf: Refusal });
  t.is(refusal.code, 'Busy');
  leave[0]?.();
  await visits[0];
  t.is(leave.length, 3);
  leave[1]?.();
  leave[2]?.();
  await Promise.all(visits);
  const failing = gate.run(async () => {
    throw new Error('inside');
  });
  await t.throwsAsync(failing, { message: 'inside' });
  t.is(await gate.run(async () => 'in again'), 'in again');
});
