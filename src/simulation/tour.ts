import { setTimeout as delay } from 'node:timers/promises';
import { logIn } from './person.ts';
import { connectPlc, type Plc, type PlcJob } from './plc.ts';
import { sampleGcode } from './sample-gcode.ts';

export interface TourOptions {
  readonly httpUrl: string;
  readonly opcuaUrl: string;
  /** Of every demo account. */
  readonly password: string;
  /** As slicers write `printer_model`: one of the simulated printers has it. */
  readonly printerModel: string;
  /** Writes a line; `over` replaces the last one where the terminal can. */
  readonly tell: (line: string, over?: boolean) => void;
}

const LOOK_EVERY = 250;
/** The part is in storage long before. In ms. */
const PATIENCE = 120_000;
const BAR = 30;

const bar = ({ status, printer, progress, waitingReason }: PlcJob): string => {
  const shown = ['printed', 'pickupIssued', 'picked'].includes(status) ? 100 : progress;
  const filled = Math.round((shown * BAR) / 100);
  const where = printer === '' ? waitingReason : `on ${printer}`;
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}] ${shown.toFixed(0).padStart(3)} %  ${status.padEnd(12)} ${where}`;
};

const followToPicked = async (plc: Plc, jobId: number, tell: TourOptions['tell']): Promise<PlcJob> => {
  const deadline = Date.now() + PATIENCE;
  let last = '';
  while (Date.now() < deadline) {
    const job = await plc.job(jobId);
    const line = bar(job);
    if (line !== last) tell(line, last !== '');
    last = line;
    if (job.status === 'picked') return job;
    if (['failed', 'cancelled', 'rejected', 'unknown'].includes(job.status)) break;
    await delay(LOOK_EVERY);
  }
  throw new Error(`Job ${jobId} did not get into storage: ${last}`);
};

/** One part from the file to the shelf, through public interfaces alone. */
export const runTour = async ({
  httpUrl,
  opcuaUrl,
  password,
  printerModel,
  tell,
}: TourOptions): Promise<void> => {
  const student = await logIn(httpUrl, 'student', password);
  const file = await student.upload('calibration-frame.gcode', sampleGcode(printerModel));
  tell(`student uploaded calibration-frame.gcode over HTTP: ${file}, sliced for ${printerModel}`);

  const plc = await connectPlc({ endpointUrl: opcuaUrl, username: 'plc', password });
  try {
    const jobId = await plc.submit(file, 'student', `tour-${Date.now()}`);
    const waiting = await plc.job(jobId);
    tell(`plc called SubmitJob over OPC UA: job ${jobId}. ${waiting.waitingReason}`);
    const operator = await logIn(httpUrl, 'operator', password);
    await operator.approve(jobId);
    tell('operator approved it over HTTP');
    const job = await followToPicked(plc, jobId, tell);
    tell(`The robot has put it on ${job.storageLocation}: ready to be collected.`);
  } finally {
    await plc.close();
  }
};
