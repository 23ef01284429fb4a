import test from 'ava';
import {
  awaitsPickup,
  type BedState,
  bedContents,
  beginClearing,
  clearBed,
  endClearing,
  loseBed,
  mayBedBecome,
  newBed,
  occupyBed,
  offerAgain,
  restoreBed,
  settleBed,
  unuseBed,
  useBed,
} from '../../src/domain/bed.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { someBed, TIME } from '../support/domain.ts';

const LATER = '2026-01-05T09:00:00.000Z';
const states: readonly BedState[] = ['clear', 'inUse', 'occupied', 'beingCleared'];

test('a bed moves exactly along its table', t => {
  const allowed = new Set([
    'clear inUse',
    'clear occupied',
    'inUse occupied',
    'inUse clear',
    'inUse inUse',
    'occupied beingCleared',
    'occupied clear',
    'occupied inUse',
    'beingCleared clear',
    'beingCleared occupied',
    'beingCleared inUse',
  ]);
  for (const from of states) {
    for (const to of states) t.is(mayBedBecome(from, to), allowed.has(`${from} ${to}`), `${from} -> ${to}`);
  }
});

test('the plate of a print goes by way of a robot back to a clear bed', t => {
  const used = useBed(someBed(), 7, LATER);
  t.like(used, { state: 'inUse', jobId: 7, since: LATER });
  const occupied = occupyBed(used, 'good', LATER);
  t.like(occupied, { state: 'occupied', jobId: 7, content: 'good' });
  t.true(awaitsPickup(occupied));
  const held = beginClearing(occupied, 3, LATER);
  t.like(held, { state: 'beingCleared', jobId: 7, content: 'good', pickupId: 3 });
  t.false(awaitsPickup(held));
  t.like(clearBed(held, LATER), { state: 'clear', jobId: 0, content: 'none', pickupId: 0 });
});

test('a failed pick-up keeps its plate from robots until it is offered again', t => {
  const held = someBed({ state: 'beingCleared', jobId: 7, content: 'good', pickupId: 3 });
  const failed = endClearing(held, true, LATER);
  t.like(failed, { state: 'occupied', jobId: 7, content: 'good', pickupId: 3, needsPerson: true });
  t.false(awaitsPickup(failed));
  t.true(awaitsPickup(offerAgain(failed)));
});

test('a released plate waits again', t => {
  const held = someBed({ state: 'beingCleared', jobId: 7, content: 'good', pickupId: 3 });
  const released = endClearing(held, false, LATER);
  t.like(released, { state: 'occupied', jobId: 7, pickupId: 0, needsPerson: false });
  t.true(awaitsPickup(released));
});

test('a clear bed has no plate for a robot, and the refusal says so', t => {
  const error = t.throws(() => beginClearing(someBed(), 3, LATER), { instanceOf: Refusal });
  t.is(error.code, 'InvalidState');
});

test('a new real printer counts as occupied until someone confirms its bed', t => {
  const printer = { id: 4, name: 'Printer4' };
  t.like(newBed(printer, TIME, false), { id: 4, state: 'occupied', content: 'unknown', jobId: 0 });
  t.false(awaitsPickup(newBed(printer, TIME, false)), 'no robot is sent to what nobody has seen');
  t.like(newBed(printer, TIME, true), { id: 4, state: 'clear', content: 'none', jobId: 0 });
});

test('the codes of contents are those of the contract', t => {
  t.deepEqual({ ...bedContents }, { none: 0, good: 1, scrap: 2, unknown: 3 });
});

test('the bed of a printer that was lost in a print is offered to a robot only once its content is known', t => {
  const lost = loseBed(useBed(someBed(), 7, TIME), TIME);
  t.like(lost, { state: 'occupied', content: 'unknown', needsPerson: true, jobId: 7 });
  t.false(awaitsPickup(lost));
  t.true(awaitsPickup(settleBed(lost, 'good')));
  const failed = endClearing(beginClearing(settleBed(lost, 'good'), 3, TIME), true, TIME);
  t.false(awaitsPickup(settleBed(failed, 'scrap')), 'a failed pick-up still needs its person');
});

test('after a restore no evidence lifts the need of a person, only a confirmation or a print that is seen', t => {
  const beds = [
    someBed(),
    someBed({ state: 'inUse', jobId: 7, content: 'unknown' }),
    someBed({ state: 'occupied', jobId: 7, content: 'good' }),
    someBed({ state: 'beingCleared', jobId: 7, content: 'good', pickupId: 3 }),
    loseBed(useBed(someBed(), 7, TIME), TIME),
  ];
  for (const bed of beds) {
    const restored = restoreBed(bed, LATER);
    t.like(restored, { state: 'occupied', content: 'unknown', needsPerson: true, pickupId: 0, since: LATER });
    t.is(restored.jobId, bed.jobId);
    t.is(settleBed(restored, 'good'), restored);
    t.is(unuseBed(restored, LATER), restored);
    t.deepEqual(clearBed(restored, LATER), someBed({ since: LATER }));
    const followed = occupyBed(useBed(restored, 7, LATER), 'good', LATER);
    t.true(awaitsPickup(followed));
    t.deepEqual(settleBed(followed, 'scrap'), { ...followed, content: 'scrap' });
  }
});

test('a failed pick-up outlives a restore, for staff to offer its plate again', t => {
  const failed = someBed({
    state: 'occupied',
    jobId: 7,
    content: 'good',
    pickupId: 3,
    needsPerson: true,
  });
  const restored = restoreBed(failed, LATER);
  t.deepEqual(restored, { ...failed, restored: true });
  t.deepEqual(offerAgain(restored), { ...failed, pickupId: 0, needsPerson: false });
});

test('a print that never started leaves the bed clear, unless a pick-up of it was begun', t => {
  const used = useBed(someBed(), 7, TIME);
  t.is(unuseBed(used, LATER).state, 'clear');
  t.is(unuseBed(loseBed(used, TIME), LATER).state, 'clear');
  const held = beginClearing(occupyBed(used, 'unknown', TIME), 3, TIME);
  t.is(unuseBed(held, LATER), held);
  const failed = endClearing(held, true, TIME);
  t.is(unuseBed(failed, LATER), failed);
});
