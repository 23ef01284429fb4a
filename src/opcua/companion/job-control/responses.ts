import { setImmediate } from 'node:timers/promises';
import type { ExtensionObject } from 'node-opcua';
import type { Application, JobView } from '../../../app/application.ts';
import type { Actor } from '../../../domain/account.ts';
import type { Job } from '../../../domain/job.ts';
import { Refusal } from '../../../domain/refusal.ts';
import { isOwn, rightOf } from '../../../domain/rights.ts';
import { assignedTo, type JobBook } from './job-book.ts';
import { type StateEntry, type StateNumber, stateEntries, stateNames, stateOf } from './job-state.ts';
import type { Structures } from './structures.ts';

/** Job responses in one answer. */
export const MAX_RESPONSES = 100;
/** Structures that are made, and jobs that are looked at, before others get their turn. */
const CHUNK = 10;
const LOOKED_AT = 1000;

export interface ResponsesDeps {
  readonly application: Pick<Application, 'getJobOrder' | 'viewJobs'>;
  readonly book: JobBook;
  readonly structures: Pick<Structures, 'response' | 'encodedResponse'>;
}

type Wanted = Omit<StateEntry, 'text' | 'machine'> & { readonly machine: string };

const wantedStates = (value: unknown): readonly Wanted[] => {
  if (!Array.isArray(value) || value.length === 0) {
    throw new Refusal('InvalidArgument', 'JobOrderState must have an entry: the top level state.');
  }
  return value.map((one: { browsePath?: { elements?: unknown }; stateNumber?: unknown }) => {
    const elements = one.browsePath?.elements;
    const path = Array.isArray(elements) ? elements : [];
    const last: { targetName?: { name?: string | null } } | undefined = path.at(-1);
    return { number: Number(one.stateNumber), machine: last?.targetName?.name ?? '' };
  });
};

const isState = (number: number): number is StateNumber => Object.hasOwn(stateNames, number);

const isIn = (job: Job, wanted: readonly Wanted[]): boolean => {
  const entries = stateEntries(stateOf(job));
  return wanted.every(({ number, machine }) =>
    entries.some(entry => entry.number === number && (entry.machine ?? '') === machine),
  );
};

/** What became of job orders, for whoever may ask of the jobs. */
export const createResponses = ({ application, book, structures }: ResponsesDeps) => ({
  /** @param printer undefined: of the whole lab */
  async byJobOrderId(actor: Actor, jobOrderId: unknown, printer?: string): Promise<ExtensionObject> {
    const job = await application.getJobOrder(actor, typeof jobOrderId === 'string' ? jobOrderId : '');
    if (printer !== undefined && assignedTo(job) !== printer) {
      throw new Refusal('NotFound', 'That job order is not assigned to this printer.');
    }
    const [view = { progress: job.progress, waitingReason: '' }] = await application.viewJobs([job]);
    return structures.response(job, view);
  },

  /** Oldest first, `MAX_RESPONSES` at most. */
  async byState(actor: Actor, state: unknown, printer?: string): Promise<readonly ExtensionObject[]> {
    const wanted = wantedStates(state);
    const [top] = wanted;
    if (top === undefined || top.machine !== '' || !isState(top.number)) {
      throw new Refusal('InvalidState', 'The first entry must be a top level state, 1 to 6.');
    }
    const all = rightOf('FindJobs', actor.role) === 'any';
    const found: Job[] = [];
    let seen = 0;
    for (const job of book.inState(top.number, printer)) {
      seen += 1;
      if (seen % LOOKED_AT === 0) await setImmediate();
      if ((all || isOwn(actor, job)) && (wanted.length === 1 || isIn(job, wanted))) found.push(job);
    }
    found.sort((left, right) => left.id - right.id);
    const responses: ExtensionObject[] = [];
    const views: readonly JobView[] = await application.viewJobs(found.slice(0, MAX_RESPONSES));
    for (const view of views) {
      if (responses.length % CHUNK === CHUNK - 1) await setImmediate();
      responses.push(structures.encodedResponse(view.job, view));
    }
    return responses;
  },
});

export type Responses = ReturnType<typeof createResponses>;
