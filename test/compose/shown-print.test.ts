import test from 'ava';
import { centralValues } from '../../src/central/layout.ts';
import type { Actor } from '../../src/domain/account.ts';
import type { Job } from '../../src/domain/job.ts';
import type { PrinterJob, PrinterState } from '../../src/domain/printer.ts';
import { printerStatusJson } from '../../src/http/json/printer-json.ts';
import { printerValues } from '../../src/opcua/nodes/printer-nodes-values.ts';
import { someBed, someJob, somePrinter } from '../support/domain.ts';
import { snapshotOf } from '../support/fakes.ts';

const staff: Actor = { accountId: 'a-1', username: 'staff', role: 'operator', approvesOwn: false };
const now = new Date('2026-01-05T08:00:00.000Z');
const printer = somePrinter();

const loaded = (file: string, progress: number): PrinterJob => ({
  file,
  progress,
  timeUsed: 60,
  timeLeft: 90,
  timeLeftApprox: null,
  native: {},
});

/** What each of the three tells of the print: file and progress. */
const told = (state: PrinterState, print: PrinterJob, job: Job | undefined) => {
  const snapshot = snapshotOf(state, { job: print });
  const facts = { printer, bed: someBed({ state: 'occupied' }), job, pickup: undefined };
  const central = new Map(
    centralValues({ printer, snapshot, job, stale: false, now }).map(({ path, value }) => [path, value]),
  );
  const { owned, measured } = printerValues(facts, snapshot, now);
  const http = printerStatusJson(
    { ...facts, snapshot, capabilities: undefined, notReadyReason: '' },
    staff,
  )?.job;
  return {
    central: [central.get('job/file'), central.get('job/progress')],
    opcua: [owned['Job/File'], measured['Job/Progress']],
    http: http ? [http.file_path, http.progress] : null,
  };
};

test('OPC UA, the central server and HTTP tell the same of the print on a printer', t => {
  const job = someJob({ id: 7, status: 'printing', printer: 'Printer1', remoteName: 'mes-7-1.gcode' });
  const ours = loaded('mes-7-1.gcode', 40);
  const same = (file: string, progress: number) => ({
    central: [file, progress],
    opcua: [file, progress],
    http: [file, progress],
  });
  t.deepEqual(told('printing', ours, job), same('part.gcode', 40));
  t.deepEqual(told('finished', loaded('mes-7-1.gcode', 100), job), same('part.gcode', 100));
  t.deepEqual(told('printing', loaded('vase.gcode', 3), undefined), same('vase.gcode', 3));
  const nothing = { central: ['', 0], opcua: ['', 0], http: null };
  for (const state of ['finished', 'stopped', 'idle', 'error'] as const) {
    t.deepEqual(told(state, ours, undefined), nothing, state);
  }
});

test("nobody is told the names that the server gives its uploads, as of an ended job's file", t => {
  const shown = told('printing', loaded('mes-7-1.gcode', 40), undefined);
  t.deepEqual(shown, { central: ['', 40], opcua: ['', 40], http: [null, 40] });
});
