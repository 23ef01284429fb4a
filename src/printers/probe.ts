import { createGate } from '../app/gate.ts';
import type {
  Clock,
  DriverFactories,
  PrinterCapabilities,
  PrinterDriver,
  PrinterIdentity,
  PrinterProbe,
  ProbeProblem,
  ProbeReport,
  ProbeTarget,
} from '../app/ports.ts';
import { DriverError } from '../app/ports.ts';
import type { Printer, PrinterSnapshot } from '../domain/printer.ts';
import { kindAt } from './drivers/shared/recognise.ts';
import { soundDriver } from './sound-driver.ts';

/** ms for all steps together. */
const PROBE_TIMEOUT = 5_000;
const PROBES_AT_ONCE = 32;
const PROBES_WAITING = 32;

export interface ProbeDeps {
  readonly drivers: DriverFactories;
  readonly clock: Clock;
  /** ms */
  readonly timeout?: number;
}

/** Looks at a printer by a driver of its own, which is closed again. */
export const createPrinterProbe = (deps: ProbeDeps): PrinterProbe => {
  const { drivers, clock, timeout = PROBE_TIMEOUT } = deps;
  const gate = createGate('printers looked at', PROBES_AT_ONCE, PROBES_WAITING);

  const look = async (target: ProbeTarget): Promise<ProbeReport> => {
    const driver = soundDriver(drivers[target.api](asPrinter(target, clock.now())));
    try {
      return await identify(driver, target, timeout);
    } finally {
      await driver.close();
    }
  };

  return { probe: target => gate.run(() => look(target)) };
};

const identify = async (
  driver: PrinterDriver,
  { api, url }: ProbeTarget,
  timeout: number,
): Promise<ProbeReport> => {
  const late = new DriverError('unreachable', `${url} did not tell all within ${timeout / 1000} s.`);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(late), timeout);
  try {
    const identity = await driver.identify(abort.signal).catch(error => problemOf(error, api, url));
    if ('step' in identity) return nothing(await otherKind(identity, { api, url }, abort.signal));
    const snapshot = await driver.read(abort.signal).catch(error => unreadOf(error, api));
    // After the reading, which may tell more.
    const { capabilities } = driver;
    return 'step' in snapshot
      ? found(identity, capabilities, undefined, snapshot)
      : found(identity, capabilities, snapshot, null);
  } finally {
    clearTimeout(timer);
  }
};

const problemOf = (error: unknown, api: string, url: string): ProbeProblem => {
  if (!(error instanceof DriverError)) throw error;
  switch (error.kind) {
    case 'unreachable':
      return {
        step: 'reach',
        code: 'unreachable',
        message: error.answered
          ? `What answers at ${url} does not work. ${error.message}`
          : `Nothing answers at ${url}: is the printer on, and the address right? ${error.message}`,
      };
    case 'unauthorized':
      return { step: 'key', code: 'unauthorized', message: error.message };
    default:
      return {
        step: 'kind',
        code: 'wrongKind',
        message: `What answers at ${url} is no ${api}. ${error.message}`,
      };
  }
};

/** Another kind of printer at that address may also look like one that does not take the key. */
const otherKind = async (
  problem: ProbeProblem,
  { api, url }: Pick<ProbeTarget, 'api' | 'url'>,
  signal: AbortSignal,
): Promise<ProbeProblem> => {
  if (problem.step === 'reach' || api === 'Mock') return problem;
  const kind = await kindAt(url, signal);
  if (kind === undefined || kind === api) return problem;
  return {
    step: 'kind',
    code: 'wrongKind',
    message: `${kind} answers at ${url}, not ${api}: use "api": "${kind}".`,
  };
};

/** The key may identify the printer and not be allowed to read it. */
const unreadOf = (error: unknown, api: string): ProbeProblem => {
  if (!(error instanceof DriverError)) throw error;
  if (error.kind === 'unauthorized') return { step: 'key', code: 'unauthorized', message: error.message };
  return { step: 'read', code: 'notRead', message: `${api} does not tell its state. ${error.message}` };
};

const nothing = (problem: ProbeProblem): ProbeReport => ({
  reached: problem.step !== 'reach',
  problem,
  software: '',
  model: '',
  nozzleDiameter: null,
  bedSize: null,
  material: '',
  takesBgcode: null,
  state: null,
  message: '',
  camera: null,
  capabilities: null,
  reading: null,
});

const found = (
  identity: PrinterIdentity,
  capabilities: PrinterCapabilities,
  snapshot: PrinterSnapshot | undefined,
  problem: ProbeProblem | null,
): ProbeReport => ({
  reached: true,
  problem,
  ...identity,
  capabilities,
  material: snapshot?.filament?.material || identity.material,
  state: snapshot?.state ?? null,
  message: snapshot?.message ?? '',
  reading: snapshot ?? null,
});

/** A driver takes a printer's row; of this one only the way to it counts. */
const asPrinter = (target: ProbeTarget, now: Date): Printer => ({
  ...target,
  id: 0,
  group: '',
  model: '',
  nozzleDiameter: null,
  material: '',
  cameraUrl: '',
  worker: false,
  maintenance: { on: false, reason: '' },
  removed: false,
  createTime: now.toISOString(),
});
