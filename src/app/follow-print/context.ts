import { type Bed, newBed } from '../../domain/bed.ts';
import type { Job } from '../../domain/job.ts';
import type { Printer } from '../../domain/printer.ts';
import type { Commit } from '../commit.ts';
import type { Clock, Transaction } from '../ports.ts';

/** What the commits of a printer worker need: each re-checks the state inside its transaction. */
export interface FollowContext {
  readonly commit: Commit;
  readonly clock: Clock;
  readonly printer: Pick<Printer, 'id' | 'name'>;
}

export const timeOf = ({ clock }: FollowContext): string => clock.now().toISOString();

/** The job, if it is still on this printer. */
export const jobOn = async (
  { printer }: FollowContext,
  tx: Transaction,
  jobId: number,
): Promise<Job | undefined> => {
  const job = await tx.get('jobs', jobId);
  return job?.printer === printer.name ? job : undefined;
};

/** A printer whose bed nobody has described counts as occupied. */
export const bedOf = async (context: FollowContext, tx: Transaction): Promise<Bed> =>
  (await tx.get('beds', context.printer.id)) ?? newBed(context.printer, timeOf(context), false);
