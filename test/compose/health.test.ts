import test from 'ava';
import { healthOf } from '../../src/compose/health.ts';

test('the server is ready while store and dispatcher work, and says which does not', t => {
  const health = (fault: string, working: boolean) =>
    healthOf({ fault: () => fault }, { working: () => working });
  t.deepEqual(health('', true), { ready: true, checks: { store: 'ok', dispatch: 'ok' } });
  t.like(health('The disk is full.', true), {
    ready: false,
    checks: { store: 'The disk is full.', dispatch: 'ok' },
  });
  const stuck = health('', false);
  t.false(stuck.ready);
  t.is(stuck.checks.store, 'ok');
  t.regex(stuck.checks.dispatch, /30 s/);
});
