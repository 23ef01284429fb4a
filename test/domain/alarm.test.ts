import test from 'ava';
import { type Alarm, type AlarmKind, isRetained, isShown, observeAlarm } from '../../src/domain/alarm.ts';
import {
  type AlarmStep,
  acknowledgeAlarm,
  commentAlarm,
  confirmAlarm,
  enableAlarm,
  isShelvingOver,
  MAX_SHELVED,
  shelveAlarm,
  unshelveAlarm,
} from '../../src/domain/alarm-steps.ts';

const START = Date.parse('2026-01-05T08:00:00.000Z');
const at = (seconds: number): Date => new Date(START + seconds * 1000);
const remark = { text: 'Seen', locale: 'en', by: 'operator' };
const fact = (active: boolean | undefined, severity = 700) => ({ active, message: 'MINTEMP.', severity });

const see = (
  alarm: Alarm | undefined,
  active: boolean | undefined,
  seconds: number,
  kind: AlarmKind = 'Fault',
) => observeAlarm(alarm, 'Printer1', kind, fact(active), at(seconds));

const raised = (kind: AlarmKind = 'Fault'): Alarm => {
  const alarm = see(undefined, true, 0, kind);
  if (alarm === undefined) throw new Error('No alarm was raised.');
  return alarm;
};

const done = (alarm: Alarm | undefined, step: AlarmStep, seconds: number): Alarm => {
  if (alarm === undefined) throw new Error('There is no alarm.');
  const after = step(alarm, at(seconds));
  if (typeof after === 'string') throw new Error(after);
  return after;
};

const states = ({ active, acked, confirmed }: Alarm) => [active, acked, confirmed];

test('what is not wrong makes no alarm', t => {
  t.is(see(undefined, false, 0), undefined);
  t.is(see(undefined, undefined, 0), undefined);
});

test('an alarm is acknowledged, confirmed and over as in OPC 10000-9, annex B.1', t => {
  const alarm = raised();
  t.deepEqual([...states(alarm), isRetained(alarm)], [true, false, true, true]);
  const acked = done(alarm, acknowledgeAlarm(remark), 1);
  t.deepEqual([...states(acked), isRetained(acked)], [true, true, false, true]);
  const confirmed = done(acked, confirmAlarm(remark), 2);
  t.deepEqual([...states(confirmed), isRetained(confirmed)], [true, true, true, true]);
  const over = see(confirmed, false, 3);
  t.deepEqual(over && [...states(over), isRetained(over), isShown(over)], [false, true, true, false, false]);
  t.is(over?.message, 'Over: MINTEMP.');
});

test('what is over stays until it is acknowledged and confirmed, unless its end settles it', t => {
  const fault = see(raised(), false, 5);
  t.deepEqual(fault && [...states(fault), isRetained(fault)], [false, false, true, true]);
  const confirmed = done(done(fault, acknowledgeAlarm(remark), 6), confirmAlarm(remark), 7);
  t.false(isRetained(confirmed));
  const plate = see(raised('PlateWaiting'), false, 5, 'PlateWaiting');
  t.deepEqual(plate && [...states(plate), isRetained(plate)], [false, true, true, false]);
});

test('the same again is no change, a new occurrence is not acknowledged', t => {
  const acked = done(raised(), acknowledgeAlarm(remark), 1);
  t.is(see(acked, true, 2), acked);
  const again = see(see(acked, false, 3), true, 4);
  t.deepEqual(again && states(again), [true, false, true]);
  t.is(again?.comment.text, '');
});

test('each state has the time at which it was entered, and a changed severity its former one', t => {
  const acked = done(raised(), acknowledgeAlarm(remark), 1);
  t.is(acked.since.active, at(0).toISOString());
  t.is(acked.since.acked, at(1).toISOString());
  const graver = observeAlarm(acked, 'Printer1', 'Fault', fact(true, 900), at(2));
  t.like(graver, { severity: 900, lastSeverity: 700, acked: true });
  t.is(graver?.since.severity, at(2).toISOString());
});

test('who says nothing leaves the comment, an empty text with a locale takes it away', t => {
  const commented = done(raised(), commentAlarm(remark), 1);
  t.like(commented.comment, { text: 'Seen', by: 'operator' });
  const silent = { text: '', locale: '', by: 'other' };
  const acked = done(commented, acknowledgeAlarm(silent), 2);
  t.deepEqual(acked.comment, commented.comment);
  t.deepEqual(done(acked, commentAlarm(silent), 3).comment, commented.comment);
  t.like(done(acked, confirmAlarm({ ...silent, locale: 'en' }), 3).comment, { text: '', by: 'other' });
  const long = done(
    acked,
    commentAlarm({ text: 'x'.repeat(1000), locale: 'y'.repeat(1000), by: 'other' }),
    3,
  );
  t.deepEqual([long.comment.text.length, long.comment.locale.length], [500, 20]);
});

test('of an unknown cause the alarm stays and says so', t => {
  const unknown = see(raised(), undefined, 1);
  t.like(unknown, { active: true, uncertain: true });
  t.like(see(unknown, true, 2), { active: true, acked: false, uncertain: false });
  t.like(see(unknown, false, 2), { active: false, uncertain: false });
});

test('a disabled alarm takes no notice and is no longer of interest', t => {
  const disabled = done(raised(), enableAlarm(false), 1);
  t.false(isRetained(disabled));
  t.true(isShown(disabled));
  t.is(see(disabled, false, 2), disabled);
  for (const step of [acknowledgeAlarm(remark), confirmAlarm(remark), commentAlarm(remark), shelveAlarm()]) {
    t.is(step(disabled, at(3)), 'disabled');
  }
  t.is(enableAlarm(false)(disabled, at(3)), 'alreadyDisabled');
  const enabled = done(disabled, enableAlarm(true), 4);
  t.deepEqual(states(enabled), [true, false, true]);
  t.is(enableAlarm(true)(enabled, at(5)), 'alreadyEnabled');
});

test('it is shelved for a time, or until it is over', t => {
  const timed = done(raised(), shelveAlarm(5000), 0);
  t.false(isShelvingOver(timed, at(4)));
  t.true(isShelvingOver(timed, at(5)));
  t.is(see(timed, false, 1)?.shelving, 'timed');
  t.is(shelveAlarm(5000)(timed, at(1)), 'alreadyShelved');
  const once = done(timed, shelveAlarm(), 1);
  t.is(once.shelving, 'oneShot');
  t.is(see(once, false, 2)?.shelving, 'unshelved');
  t.true(isShelvingOver(once, at(1 + MAX_SHELVED / 1000)));
  t.is(unshelveAlarm(raised(), at(1)), 'notShelved');
  for (const length of [0, -1, Number.NaN, MAX_SHELVED + 1]) {
    t.is(shelveAlarm(length)(raised(), at(1)), 'shelvingTimeOutOfRange');
  }
});

test('nothing is acknowledged or confirmed twice', t => {
  const acked = done(raised(), acknowledgeAlarm(remark), 1);
  t.is(acknowledgeAlarm(remark)(acked, at(2)), 'alreadyAcked');
  t.is(confirmAlarm(remark)(raised(), at(2)), 'alreadyConfirmed');
});
