import { type Assignment, decide, mayDispatch } from '../../domain/dispatch.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { advance, type Job, SERVER_ACTOR, schedule } from '../../domain/job.ts';
import type { Printer } from '../../domain/printer.ts';
import { type Candidate, createSuitability } from '../../domain/suitability.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';
import { readLab, readPlace } from '../printers/lab.ts';
import { placingConditions } from './conditions.ts';

const cause = { actor: SERVER_ACTOR } as const;

const runningOf = (onPrinters: readonly Job[]): ReadonlyMap<string, number> => {
  const running = new Map<string, number>();
  for (const { owner } of onPrinters) running.set(owner, (running.get(owner) ?? 0) + 1);
  return running;
};

const candidatesOf = async ({ store, rules }: ApplicationDeps): Promise<readonly Candidate[]> => {
  const waiting = await store.find('jobs', { where: { status: 'approved' } });
  const files = new Map<string, GcodeFile | undefined>();
  const candidates: Candidate[] = [];
  for (const job of waiting) {
    if (!mayDispatch(job, rules.autoSchedule)) continue;
    if (!files.has(job.fileId)) files.set(job.fileId, await store.get('files', job.fileId));
    candidates.push({ job, file: files.get(job.fileId) });
  }
  return candidates;
};

/** Its file is lost for good: files are stored before jobs name them. */
const failLost = ({ commit, clock }: ApplicationDeps, lost: readonly Candidate[]): Promise<void> =>
  commit(cause, async tx => {
    for (const { job } of lost) {
      const current = await tx.get('jobs', job.id);
      if (current?.status !== 'approved' || (await tx.get('files', current.fileId)) !== undefined) continue;
      const time = clock.now().toISOString();
      const step = { time, actor: SERVER_ACTOR, reason: 'Its file is lost: upload it again and submit it.' };
      tx.put('jobs', advance(current, 'failed', step, { endTime: time }));
    }
  });

/** Everything is looked at again inside the transaction: much may have changed since the decision. */
const assign = async (
  { clock, live, rules }: ApplicationDeps,
  tx: Transaction,
  { jobId, printer: name }: Assignment,
  decidedFor: Candidate,
  printers: readonly Printer[],
): Promise<boolean> => {
  const job = await tx.get('jobs', jobId);
  const printer = await printerRow(tx, name);
  if (job?.status !== 'approved' || printer === undefined) return false;
  if (job.wantedPrinter !== decidedFor.job.wantedPrinter || !mayDispatch(job, rules.autoSchedule))
    return false;
  const place = await readPlace({ live, clock }, tx, printer);
  if (place.notReady !== '') return false;
  const suitability = createSuitability({ now: clock.now(), timeZone: rules.timeZone, printers });
  if (suitability({ job, file: decidedFor.file }, place) !== '') return false;
  const step = { time: clock.now().toISOString(), actor: SERVER_ACTOR, reason: `Reserved ${printer.name}.` };
  tx.put('jobs', schedule(job, printer.name, step));
  return true;
};

/**
 * One look at the lab: reserves ready printers for waiting jobs, all in one commit. Without a ready printer it
 * reads nothing of the waiting jobs.
 * @param used s that each owner has printed of late
 * @returns how many jobs were scheduled
 */
export const dispatchPass = async (
  deps: ApplicationDeps,
  used: ReadonlyMap<string, number> = new Map(),
): Promise<number> => {
  const { commit } = deps;
  const lab = await readLab(deps);
  const { places, onPrinters } = lab;
  if (!places.some(({ notReady }) => notReady === '')) return 0;
  const candidates = await candidatesOf(deps);
  const lost = candidates.filter(({ file }) => file === undefined);
  if (lost.length > 0) await failLost(deps, lost);
  const present = candidates.filter(({ file }) => file !== undefined);
  const assignments = decide(present, places, {
    ...placingConditions(deps, lab),
    running: runningOf(onPrinters),
    used,
  });
  if (assignments.length === 0) return 0;
  const decidedFor = new Map(present.map(candidate => [candidate.job.id, candidate]));
  return commit(cause, async tx => {
    let scheduled = 0;
    const printers = await tx.find('printers', { where: { removed: false } });
    for (const assignment of assignments) {
      const candidate = decidedFor.get(assignment.jobId);
      if (candidate !== undefined && (await assign(deps, tx, assignment, candidate, printers)))
        scheduled += 1;
    }
    return scheduled;
  });
};
