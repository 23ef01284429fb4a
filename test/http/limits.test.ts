import test from 'ava';
import { Refusal } from '../../src/domain/refusal.ts';
import { createGate } from '../../src/http/gate.ts';
import { createLogInThrottle } from '../../src/http/log-in-throttle.ts';

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

test('waits double up to a minute, are forgotten in time, and end with a success', t => {
  let now = 0;
  const throttle = createLogInThrottle(() => now);
  const fail = (times: number) => {
    for (let count = 0; count < times; count += 1) throttle.failed('Ann', '10.0.0.1');
  };
  fail(4);
  t.is(throttle.waitFor('ann', '10.0.0.1'), 0);
  fail(1);
  t.is(throttle.waitFor('ANN', '10.0.0.1'), 1);
  fail(1);
  t.is(throttle.waitFor('ann', '10.0.0.1'), 2);
  fail(20);
  t.is(throttle.waitFor('ann', '10.0.0.1'), 60);
  t.is(throttle.waitFor('ann', '10.0.0.2'), 0);
  t.is(throttle.waitFor('bob', '10.0.0.1'), 0);
  now += 20 * 60_000;
  t.is(throttle.waitFor('ann', '10.0.0.1'), 0);
  fail(5);
  throttle.succeeded('ann', '10.0.0.1');
  t.is(throttle.waitFor('ann', '10.0.0.1'), 0);
});

test('an address that tries many names is slowed down too', t => {
  const throttle = createLogInThrottle(() => 0);
  for (let count = 0; count < 60; count += 1) throttle.failed(`name${count}`, '10.0.0.1');
  t.true(throttle.waitFor('another', '10.0.0.1') > 0);
  t.is(throttle.waitFor('another', '10.0.0.9'), 0);
});
