import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createUploadPlaces } from '../../src/http/body/upload-places.ts';
import { refused } from '../support/refused.ts';

const limits = { atOnce: 3, perAccount: 2, waiting: 3, waitingPerAccount: 2, longestWait: 60_000 };

const setUp = (changes: Partial<typeof limits> = {}) => {
  const places = createUploadPlaces({ ...limits, ...changes });
  const running: { readonly account: string; readonly end: () => void }[] = [];
  const upload = (account: string): Promise<void> =>
    places.run(account, () => new Promise<void>(end => running.push({ account, end })));
  const accounts = () => running.map(({ account }) => account).join(' ');
  const end = async (account: string): Promise<void> => {
    const [ended] = running.splice(
      running.findIndex(other => other.account === account),
      1,
    );
    ended?.end();
    await delay(0);
  };
  return { upload, accounts, end };
};

test('one account never holds all places, and those that wait come in turn', async t => {
  const { upload, accounts, end } = setUp();
  const all = [upload('ann'), upload('ann'), upload('ann'), upload('bob')];
  t.is(accounts(), 'ann ann bob', "ann's third waits for one of her own");
  all.push(upload('eve'));
  await end('bob');
  t.is(accounts(), 'ann ann eve', 'who may not enter yet keeps nobody else out');
  await end('ann');
  t.is(accounts(), 'ann eve ann');
  for (const account of ['ann', 'ann', 'eve']) await end(account);
  await Promise.all(all);
  t.is(accounts(), '');
});

test('too many that wait are refused: 429 for those of one account, 503 for those of all', async t => {
  const { upload, accounts, end } = setUp();
  const all = [upload('ann'), upload('ann'), upload('ann'), upload('ann')];
  const own = await refused(t, 'QuotaExceeded', () => upload('ann'));
  t.is(own.message, 'This account has 2 uploads under way: send the file again once one has ended.');
  all.push(upload('bob'), upload('bob'));
  await refused(t, 'Busy', () => upload('eve'));
  for (const account of ['ann', 'ann', 'bob', 'ann', 'ann', 'bob']) await end(account);
  await Promise.all(all);
  t.is(accounts(), '');
});

test('nobody waits for long, and a place is not lost with who gave up', async t => {
  const { upload, accounts, end } = setUp({ longestWait: 10 });
  const all = [upload('ann'), upload('ann')];
  await refused(t, 'QuotaExceeded', () => upload('ann'));
  await end('ann');
  t.is(accounts(), 'ann');
  all.push(upload('ann'));
  t.is(accounts(), 'ann ann');
  await end('ann');
  await end('ann');
  await Promise.all(all);
});

test('an upload that fails gives its place back', async t => {
  const places = createUploadPlaces({ ...limits, atOnce: 1, waiting: 0 });
  const broken = places.run('ann', async () => {
    throw new Error('cut off');
  });
  await t.throwsAsync(broken, { message: 'cut off' });
  t.is(await places.run('bob', async () => 'stored'), 'stored');
});
