import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { DeadlinePassed, withDeadline, within } from '../../src/app/deadline.ts';

test('what comes in time is handed on, a failure too', async t => {
  t.is(await within(1000, 'Reading', Promise.resolve(7)), 7);
  await t.throwsAsync(within(1000, 'Reading', Promise.reject(new Error('broken'))), { message: 'broken' });
});

test('what comes too late is named and dropped, even when it fails later', async t => {
  let fail = (_error: Error): void => {};
  const work = new Promise<never>((_, reject) => {
    fail = reject;
  });
  await t.throwsAsync(within(5, 'Reading the printer', work), {
    instanceOf: DeadlinePassed,
    message: 'Reading the printer took longer than 5 ms.',
  });
  fail(new Error('late'));
  await sleep(5);
});

test('an abort ends the wait at once with its reason', async t => {
  const stopping = new AbortController();
  const waiting = within(60_000, 'Reading', new Promise(() => {}), stopping.signal);
  stopping.abort(new Error('We stop.'));
  await t.throwsAsync(waiting, { message: 'We stop.' });
  await t.throwsAsync(within(60_000, 'Reading', new Promise(() => {}), stopping.signal), {
    message: 'We stop.',
  });
});

test('work that obeys a signal is aborted with what was awaited, or with the reason of the stop', async t => {
  const obedient = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  await t.throwsAsync(withDeadline(5, 'Asking the host', obedient), {
    instanceOf: DeadlinePassed,
    message: 'Asking the host took longer than 5 ms.',
  });
  const stopping = new AbortController();
  const waiting = withDeadline(60_000, 'Asking the host', obedient, stopping.signal);
  stopping.abort(new Error('We stop.'));
  await t.throwsAsync(waiting, { message: 'We stop.' });
});
