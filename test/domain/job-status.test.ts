import test from 'ava';
import {
  finalStatuses,
  followedStatuses,
  isFinished,
  isJobStatus,
  type JobStatus,
  jobStatuses,
  mayBecome,
  onPrinterStatuses,
  openStatuses,
  printOverStatuses,
  startedStatuses,
  statusBitOf,
  statusCodeOf,
  statusOfCode,
  unsettledStatuses,
} from '../../src/domain/job-status.ts';

/** The table of the contract: code, bit of the earlier server, and where each status leaves to. */
const table: Readonly<Record<JobStatus, readonly [number, number, readonly JobStatus[]]>> = {
  created: [1, 1, ['approved', 'rejected', 'cancelled']],
  approved: [2, 2, ['scheduled', 'cancelled', 'failed']],
  scheduled: [3, 4, ['starting', 'approved', 'failed', 'cancelled']],
  starting: [
    4,
    4,
    ['printing', 'paused', 'printed', 'cancelled', 'failed', 'unknown', 'cancelIssued', 'approved'],
  ],
  printing: [5, 8, ['paused', 'printed', 'cancelIssued', 'cancelled', 'failed', 'unknown']],
  paused: [6, 8, ['printing', 'printed', 'cancelIssued', 'cancelled', 'failed', 'unknown']],
  printed: [7, 16, ['pickupIssued', 'picked', 'failed']],
  pickupIssued: [8, 1024, ['picked', 'printed', 'failed']],
  picked: [9, 256, ['collected', 'failed', 'discarded']],
  collected: [10, 256, ['failed']],
  cancelIssued: [11, 2048, ['cancelled', 'printed', 'failed', 'unknown', 'printing', 'paused']],
  cancelled: [12, 512, []],
  rejected: [13, 512, []],
  failed: [14, 512, []],
  unknown: [15, 512, ['printed', 'cancelled', 'failed', 'printing', 'paused', 'cancelIssued', 'picked']],
  discarded: [16, 512, []],
};

test('status codes and bits are those of the contract', t => {
  t.is(jobStatuses.length, 16);
  for (const status of jobStatuses) {
    const [code, bit] = table[status];
    t.is(statusCodeOf(status), code);
    t.is(statusBitOf(status), bit);
    t.is(statusOfCode(code), status);
  }
  t.is(statusOfCode(0), undefined);
  t.is(statusOfCode(17), undefined);
});

test('every pair of statuses is a transition exactly where the table says so', t => {
  for (const from of jobStatuses) {
    for (const to of jobStatuses) t.is(mayBecome(from, to), table[from][2].includes(to), `${from} -> ${to}`);
  }
});

test('names from outside are told from properties of every object', t => {
  t.true(isJobStatus('printing'));
  for (const name of ['', 'Printing', 'toString', '__proto__']) t.false(isJobStatus(name), name);
});

test('jobs that hold a printer are open; of the final statuses collected alone leads on, to a bad part', t => {
  for (const status of onPrinterStatuses) t.true(openStatuses.includes(status), status);
  t.deepEqual(finalStatuses, ['collected', 'cancelled', 'rejected', 'failed', 'discarded']);
  t.deepEqual(
    finalStatuses.filter(status => jobStatuses.some(to => mayBecome(status, to))),
    ['collected'],
  );
});

test('a job is finished when it is final, and a foreign one when it is printed', t => {
  for (const status of jobStatuses) {
    t.is(isFinished({ status, fromServer: true }), finalStatuses.includes(status), status);
    t.is(isFinished({ status, fromServer: false }), finalStatuses.includes(status) || status === 'printed');
  }
});

test('what is on a printer is reserved for it or unsettled, and a print that is over is neither', t => {
  t.deepEqual(new Set(onPrinterStatuses), new Set(['scheduled', ...unsettledStatuses]));
  t.deepEqual(
    printOverStatuses.filter(status => onPrinterStatuses.includes(status)),
    [],
  );
  t.true(followedStatuses.every(status => startedStatuses.includes(status)));
});
