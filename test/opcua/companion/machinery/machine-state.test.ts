import test from 'ava';
import { machineStateOf } from '../../../../src/opcua/companion/machinery/machine-state.ts';
import { somePrinter } from '../../../support/domain.ts';
import { snapshotOf } from '../../../support/fakes.ts';

const shown = (...args: Parameters<typeof machineStateOf>): string => {
  const { item, mode } = machineStateOf(...args);
  return `${item}/${mode}`;
};

const expected = {
  idle: 'NotExecuting/Processing',
  finished: 'NotExecuting/Processing',
  stopped: 'NotExecuting/Processing',
  paused: 'NotExecuting/Processing',
  attention: 'NotExecuting/Processing',
  printing: 'Executing/Processing',
  pausing: 'Executing/Processing',
  resuming: 'Executing/Processing',
  cancelling: 'Executing/Processing',
  finishing: 'Executing/Processing',
  busy: 'Executing/Setup',
  error: 'OutOfService/Processing',
  unknown: 'NotAvailable/None',
  unreachable: 'NotAvailable/None',
  unauthorized: 'NotAvailable/None',
  offline: 'NotAvailable/None',
  connecting: 'NotAvailable/None',
} as const;

test('each state of a printer is one of a machine', t => {
  for (const [state, machine] of Object.entries(expected) as [keyof typeof expected, string][]) {
    t.is(shown(somePrinter(), snapshotOf(state)), machine, state);
  }
  t.is(shown(somePrinter(), undefined), 'NotAvailable/None', 'never read');
});

test('maintenance is a mode whatever the printer shows; one that nobody follows is not available', t => {
  const maintenance = { on: true, reason: 'New nozzle.' };
  t.is(shown(somePrinter({ maintenance }), snapshotOf('printing')), 'Executing/Maintenance');
  t.is(shown(somePrinter({ maintenance }), undefined), 'NotAvailable/Maintenance');
  t.is(shown(somePrinter({ worker: false }), snapshotOf('idle')), 'NotAvailable/None');
});
