import { isOnline, type Printer, type PrinterSnapshot, type PrinterState } from '../../../domain/printer.ts';

/** In the order of their StateNumber (OPC 40001-1, 12.2). */
export const itemStates = ['NotAvailable', 'OutOfService', 'NotExecuting', 'Executing'] as const;
export type ItemState = (typeof itemStates)[number];

/** In the order of their StateNumber (OPC 40001-1, 13.2). */
export const operationModes = ['None', 'Maintenance', 'Setup', 'Processing'] as const;
export type OperationMode = (typeof operationModes)[number];

export interface MachineState {
  readonly item: ItemState;
  readonly mode: OperationMode;
}

type Answering = Exclude<PrinterState, 'unreachable' | 'unauthorized' | 'offline' | 'connecting'>;

/** A printer that is paused or waits for a person does nothing until somebody acts. */
const states: Readonly<Record<Answering, MachineState>> = {
  idle: { item: 'NotExecuting', mode: 'Processing' },
  finished: { item: 'NotExecuting', mode: 'Processing' },
  stopped: { item: 'NotExecuting', mode: 'Processing' },
  paused: { item: 'NotExecuting', mode: 'Processing' },
  attention: { item: 'NotExecuting', mode: 'Processing' },
  printing: { item: 'Executing', mode: 'Processing' },
  pausing: { item: 'Executing', mode: 'Processing' },
  resuming: { item: 'Executing', mode: 'Processing' },
  cancelling: { item: 'Executing', mode: 'Processing' },
  finishing: { item: 'Executing', mode: 'Processing' },
  // Self-test, filament change, preheating.
  busy: { item: 'Executing', mode: 'Setup' },
  error: { item: 'OutOfService', mode: 'Processing' },
  unknown: { item: 'NotAvailable', mode: 'None' },
};

const isAnswering = (state: PrinterState): state is Answering => isOnline(state);

const shownBy = (snapshot: PrinterSnapshot | undefined): MachineState =>
  snapshot !== undefined && isAnswering(snapshot.state) ? states[snapshot.state] : states.unknown;

/** What a printer is as a machine; one that nobody follows is not available. */
export const machineStateOf = (
  printer: Pick<Printer, 'worker' | 'maintenance'>,
  snapshot: PrinterSnapshot | undefined,
): MachineState => {
  const { item, mode } = shownBy(printer.worker ? snapshot : undefined);
  return { item, mode: printer.maintenance.on ? 'Maintenance' : mode };
};
