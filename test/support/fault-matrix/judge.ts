import type { JobStatus } from '../../../src/domain/job-status.ts';
import { bedFault, historyFault } from '../lab/history.ts';
import type { CellLab } from './cell-lab.ts';
import { type Cell, type Fault, faultTimeOf } from './faults.ts';
import { PRINT_TIME } from './stand-in.ts';

/** s: the print, the fault, and what the way takes to see that it is over (back-off, START_GRACE, down-time). */
const longestJob = (fault: Fault): number => PRINT_TIME + faultTimeOf(fault) / 1000 + 180;

/** Faults that are over with the next look; the others last longer than some printers show how a print ended. */
const passing: readonly Fault[] = ['reset in the middle', 'reset before the answer'];

export interface Verdict {
  readonly id: number;
  readonly outcome: JobStatus;
  readonly reason: string;
  /** s */
  readonly took: number;
}

export const misfits = async ({ server }: CellLab): Promise<readonly string[]> => {
  const jobs = await server().store.find('jobs');
  const beds = await server().store.find('beds');
  return [...jobs.map(historyFault), ...beds.map(bed => bedFault(bed, jobs))].filter(one => one !== '');
};

/** What is wrong with what a job came to by itself, compared with what its printer really did. */
export const judge = ({ fault, phase }: Cell, lab: CellLab, verdict: Verdict): readonly string[] => {
  const { standIn } = lab;
  const { id, outcome, reason, took } = verdict;
  const starts = lab.startsOf(id);
  const isPrinted = lab.isPrinted(id);
  const forgot = fault.startsWith('host restarted') && !standIn.survivesRestart;
  const cannotTell = standIn.tellsOfNoStart === 'never' && phase === 'start' && starts === 0;
  const missedEnd = phase === 'end' && standIn.endShows !== undefined && !passing.includes(fault);
  const expected: JobStatus = phase === 'cancel' ? 'cancelled' : 'printed';
  const noEvidence = fault === 'no evidence';
  const mayBe: readonly JobStatus[] = noEvidence
    ? ['unknown']
    : forgot || cannotTell || missedEnd
      ? [expected, 'unknown']
      : [expected];
  const wrong = {
    'the fault did not come about': !lab.fault.hasBegun,
    [`it was started ${starts} times`]: starts > 1,
    'a start was sent again without a look at what became of it': lab.mostStartsSent() > 1,
    [`it is ${outcome}, not ${mayBe.join(' or ')}: ${reason}`]: !mayBe.includes(outcome),
    'it is told as printed and was not': outcome === 'printed' && !isPrinted,
    'it is told as cancelled and was printed': outcome === 'cancelled' && isPrinted,
    [`its reason does not say that nothing was told: ${reason}`]:
      noEvidence && !/does not tell what became/.test(reason),
    [`it is ${outcome} without a reason`]: outcome !== 'printed' && reason === '',
    [`it took ${took} s`]: took > longestJob(fault),
    [`it left ${standIn.files().join(', ')} on the printer`]: standIn.files().length > 0,
  };
  return Object.entries(wrong).flatMap(([words, is]) => (is ? [words] : []));
};
