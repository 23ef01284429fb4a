import { type Bed, type BedContent, occupyBed, settleBed } from '../../domain/bed.ts';
import { advance, type Job, type Step } from '../../domain/job.ts';
import type { JobStatus } from '../../domain/job-status.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText, MAX_REASON } from '../../domain/text.ts';
import { checkedRight } from '../access/checked-right.ts';
import type { Application } from '../application.ts';
import type { ApplicationDeps } from '../deps.ts';
import type { Transaction } from '../ports.ts';
import { printerRow } from '../printers/find-printer.ts';
import { unanswered } from '../printers/unanswered.ts';
import { changeJob } from './change-job.ts';

const outcomes = ['printed', 'cancelled', 'failed', 'discarded'] as const;
type Outcome = (typeof outcomes)[number];

const outcomeOf = (name: string): Outcome => {
  const outcome = outcomes.find(one => one === name.toLowerCase());
  if (outcome === undefined)
    throw new Refusal('InvalidArgument', `Outcome must be one of ${outcomes.join(', ')}.`);
  return outcome;
};

/** From which statuses a person may decide each outcome. */
const from: Readonly<Record<Outcome, readonly JobStatus[]>> = {
  printed: ['unknown'],
  cancelled: ['unknown'],
  failed: ['unknown', 'printed', 'pickupIssued', 'picked', 'collected'],
  discarded: ['picked'],
};

/** Where the outcome holds already. */
const holds: Readonly<Record<Outcome, readonly JobStatus[]>> = {
  printed: ['printed', 'pickupIssued', 'picked', 'collected', 'discarded'],
  cancelled: ['cancelled'],
  failed: ['failed'],
  discarded: ['discarded'],
};

const bedContentOf: Readonly<Record<Outcome, BedContent>> = {
  printed: 'good',
  cancelled: 'scrap',
  failed: 'scrap',
  discarded: 'good',
};

/** The bed on which the job's plate still lies, if it does. */
const bedWithJob = async (tx: Transaction, job: Job): Promise<Bed | undefined> => {
  const printer = await printerRow(tx, job.printer);
  const bed = printer && (await tx.get('beds', printer.id));
  return bed?.state !== 'clear' && bed?.jobId === job.id ? bed : undefined;
};

/** Where a print that went well goes: with its plate, which may be gone or in a robot's hands. */
const printed = (job: Job, bed: Bed | undefined, step: Step): Job => {
  const done = job.status === 'printed' ? job : advance(job, 'printed', step, { progress: 100 });
  if (!job.fromServer) return done;
  if (bed === undefined) return advance(done, 'picked', { ...step, reason: 'The plate was gone already.' });
  return bed.state === 'beingCleared' ? advance(done, 'pickupIssued', step) : done;
};

/**
 * A person decides what became of a job: from unknown printed, cancelled or failed; from printed, pickupIssued,
 * picked and collected failed (a bad part); from picked discarded. A printed job whose plate was displaced by another print
 * becomes picked, with no place, by resolving it to printed again.
 */
export const createResolveJob =
  (deps: ApplicationDeps): Application['resolveJob'] =>
  async (actor, jobId, outcomeName, reason) => {
    checkedRight(actor, 'ResolveJob');
    const outcome = outcomeOf(outcomeName);
    const whyNow = (job: Job): string =>
      job.unreachableSince === null ? '' : unanswered(job.printer, deps.live.read(job.printer));
    const why = checkedText('Reason', reason, MAX_REASON);
    await changeJob(deps, 'ResolveJob', { actor, jobId, reason: why }, async (job, step, tx) => {
      const bed = await bedWithJob(tx, job);
      const displaced = job.status === 'printed' && job.fromServer && bed === undefined;
      if (holds[outcome].includes(job.status) && !(outcome === 'printed' && displaced)) return job;
      if (!displaced && !from[outcome].includes(job.status)) {
        throw new Refusal(
          'InvalidState',
          `Job ${jobId} is ${job.status} and cannot be resolved to ${outcome}. ${whyNow(job)}`.trim(),
        );
      }
      if (bed !== undefined) {
        const content = bedContentOf[outcome];
        tx.put('beds', bed.state === 'inUse' ? occupyBed(bed, content, step.time) : settleBed(bed, content));
      }
      const ended = { requested: null, unreachableSince: null, endTime: job.endTime ?? step.time };
      if (outcome !== 'printed') return advance(job, outcome, step, ended);
      return { ...printed(job, bed, step), ...ended };
    });
  };
