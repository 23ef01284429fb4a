/** One cell of the fault matrix: a whole server, one stand-in and one fault, from an empty lab to the second print. */
import { type JobStatus, printOverStatuses } from '../../../src/domain/job-status.ts';
import { createVirtualTime, inVirtualTime, type VirtualTime } from '../lab/virtual-time.ts';
import { type CellLab, createCellLab, PRINTER, settings } from './cell-lab.ts';
import { type Cell, FAULT_TIME, faultTimeOf } from './faults.ts';
import { judge, misfits } from './judge.ts';
import type { StandIn } from './stand-in.ts';

export type StartStandIn = (time: VirtualTime) => Promise<StandIn>;

export interface CellResult {
  /** What the first job came to by itself. */
  readonly outcome: JobStatus;
  readonly reason: string;
  /** Physical starts of the first job, over all its attempts. */
  readonly starts: number;
  /** s from the submission to that. */
  readonly took: number;
  /** Whether the fault came about. */
  readonly met: boolean;
  /** What a probe said while the fault lasted; '' when it saw none. */
  readonly probe: string;
  /** What is wrong; empty when the cell holds. */
  readonly faults: readonly string[];
}

const settledStatuses: readonly JobStatus[] = [...printOverStatuses, 'unknown'];
/** ms within which a probe has told what it found. */
const PROBE_TIME = 6_000;

export const runCell = async (start: StartStandIn, cell: Cell): Promise<CellResult> => {
  let standIn: StandIn | undefined;
  const time = createVirtualTime(milliseconds => standIn?.advance(milliseconds));
  return inVirtualTime(time, async () => {
    const started = await start(time);
    standIn = started;
    try {
      return await play(cell, await createCellLab(cell, time, started));
    } finally {
      await started.stop();
    }
  });
};

const play = async (cell: Cell, lab: CellLab): Promise<CellResult> => {
  const { fault, standIn, time } = lab;
  const probe = cell.phase === 'probe' ? await probeOf(lab) : { said: '', wrong: [] };
  await addPrinter(lab);
  const wasBefore = standIn.tellsOfNoStart === 'afterAPrint';
  if (wasBefore) await printToItsEnd(lab, 1);
  const id = wasBefore ? 2 : 1;
  const begin = time.now().getTime();
  if (cell.phase === 'upload' || cell.phase === 'start') fault.arm();
  await lab.submit(id);
  await follow(cell, lab, id);
  const { status: outcome, history } = await lab.job(id);
  const took = (time.now().getTime() - begin) / 1000;
  const reason = history.at(-1)?.reason ?? '';
  const wrong = [...probe.wrong, ...(await misfits(lab))];
  await tidyUp(cell, lab, id);
  await printToItsEnd(lab, id + 1);
  await time.pass(60_000);
  const starts = lab.startsOf(id);
  wrong.push(...(await misfits(lab)), ...judge(cell, lab, { id, outcome, reason, took }));
  const faults = wrong.length === 0 ? [] : [...wrong, await lab.story()];
  return { outcome, reason, starts, took, met: fault.hasBegun, probe: probe.said, faults };
};

/** The fault comes while somebody looks at the printer before it is added. */
const probeOf = async ({ fault, server, standIn, time, until }: CellLab) => {
  const wrong: string[] = [];
  let said: string | undefined;
  fault.arm();
  const target = { ...standIn.address, name: PRINTER, nameKey: PRINTER.toLowerCase(), api: standIn.api };
  server()
    .probe.probe(target)
    .then(
      ({ problem }) => {
        said = problem?.message ?? '';
      },
      error => wrong.push(`the probe threw ${error}`),
    );
  const isDead = (): boolean => server().life.aborted;
  const ended = await time.until(() => said !== undefined || isDead(), PROBE_TIME);
  if (!ended) wrong.push(`the probe took longer than ${PROBE_TIME / 1000} s`);
  if (!isDead() && said === '') wrong.push('the probe did not see the fault');
  await until('start the server again', () => true);
  await time.pass(FAULT_TIME);
  return { said: said ?? '', wrong };
};

const addPrinter = async (lab: CellLab): Promise<void> => {
  const { api, address } = lab.standIn;
  const given = { group: '', model: '', nozzleDiameter: null, material: 'any', cameraUrl: '', worker: true };
  await lab.server().application.addPrinter(lab.admin, { name: PRINTER, api, ...address, ...given });
  await lab.clearBed();
};

/** The job that meets the fault, until it has come to something. */
const follow = async ({ phase }: Cell, lab: CellLab, id: number): Promise<void> => {
  const { ask, fault, job, operator, standIn, until } = lab;
  if (phase !== 'probe' && phase !== 'upload' && phase !== 'start') {
    await until('print', async () => (await job(id)).status === 'printing');
    if (phase === 'end') await until('end the print', () => !standIn.isActive());
    fault.arm();
    if (phase === 'pause') await ask('pause', application => application.pauseJob(operator, id));
    if (phase === 'cancel') await ask('cancel', application => application.cancelJob(operator, id, ''));
  }
  await until('settle the job', async () => {
    const { status, requested } = await job(id);
    if (status === 'paused' && requested === null) await lab.server().application.resumeJob(operator, id);
    return settledStatuses.includes(status);
  });
};

/** Whatever it came to, staff see to the printer. */
const tidyUp = async ({ fault: kind, phase }: Cell, lab: CellLab, id: number): Promise<void> => {
  const { fault, standIn, time, until } = lab;
  await until('come to rest', () => !standIn.isActive());
  await time.pass(settings.workerInterval * 2_000);
  if ((await lab.job(id)).status === 'unknown') {
    const seen = lab.isPrinted(id) ? 'printed' : 'failed';
    await lab.ask('resolve', application => application.resolveJob(lab.operator, id, seen, 'Looked at it.'));
  }
  if (phase === 'delete') await until('meet the fault', () => fault.hasBegun);
  if (phase === 'delete' || phase === 'end' || kind === 'no evidence') await time.pass(faultTimeOf(kind));
  await until('start the server again', () => true);
  await lab.clearBed();
};

const printToItsEnd = async (lab: CellLab, id: number): Promise<void> => {
  await lab.submit(id);
  await lab.until(`print job ${id}`, async () => (await lab.job(id)).status === 'printed');
  await lab.time.pass(settings.workerInterval * 3_000);
  if (lab.startsOf(id) !== 1) throw new Error(`Job ${id} was started ${lab.startsOf(id)} times.`);
  await lab.clearBed();
};
