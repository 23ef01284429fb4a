import { EventEmitter } from 'node:events';
import test from 'ava';
import { outliveFaults } from '../../src/compose/outlive-faults.ts';
import { memoryLog } from '../support/fakes.ts';

const setUp = () => {
  const events = new EventEmitter();
  const log = memoryLog();
  let time = 0;
  let givenUp = 0;
  outliveFaults({
    log,
    on: (event, listener) => void events.on(event, listener),
    giveUp: () => {
      givenUp += 1;
    },
    now: () => time,
  });
  return {
    log,
    givenUp: () => givenUp,
    fault(after: number): void {
      time += after;
      events.emit('uncaughtException', new Error('a printer'));
    },
    reject: () => events.emit('unhandledRejection', new Error('a promise')),
  };
};

test('a fault that nobody caught is logged and ends nothing, however often in a day', t => {
  const { log, fault, reject, givenUp } = setUp();
  for (let count = 0; count < 500; count++) fault(4_000);
  reject();
  t.is(givenUp(), 0);
  t.is(log.lines.length, 501);
  t.true(log.lines.every(({ level }) => level === 'error'));
});

test('a server that is nothing but faults stops, once', t => {
  const { fault, givenUp } = setUp();
  for (let count = 0; count < 19; count++) fault(100);
  t.is(givenUp(), 0);
  for (let count = 0; count < 10; count++) fault(100);
  t.is(givenUp(), 1);
});
