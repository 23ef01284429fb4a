import type { PrinterApi } from '../../domain/printer.ts';
import { withDeadline } from '../deadline.ts';
import { elapsed } from '../elapsed.ts';
import type { Clock, KeyAsking, KeyDecision } from '../ports.ts';

/** Hosts forget a question after 5 s without a poll. In ms. */
const POLL_INTERVAL = 1_500;
/** How long a person may take to decide. In ms. */
export const PATIENCE = 5 * 60_000;
/** Polls in a row that may be lost. */
const LOST_POLLS = 3;
/** How long a host may take to answer. In ms. */
export const ASK_TIMEOUT = 5_000;

/** `pending`: nobody decided in time. */
export type AwaitedDecision = KeyDecision & { readonly reason: string };

/**
 * Asks a host again and again what a person there decided.
 * @throws DriverError or DeadlinePassed when the host stays away; the signal's reason when it is aborted
 */
export const awaitKeyDecision = async (
  clock: Clock,
  api: PrinterApi,
  asking: KeyAsking,
  stop: AbortSignal,
): Promise<AwaitedDecision> => {
  const until = elapsed(clock) + PATIENCE;
  let lost = 0;
  while (elapsed(clock) < until) {
    await clock.sleep(POLL_INTERVAL, stop);
    const what = `Asking ${api} what was decided`;
    const decision = await withDeadline(ASK_TIMEOUT, what, signal => asking.poll(signal), stop).catch(
      error => {
        lost += 1;
        if (stop.aborted || lost >= LOST_POLLS) throw error;
        return undefined;
      },
    );
    if (decision === undefined) continue;
    lost = 0;
    if (decision.kind === 'granted') return { ...decision, reason: '' };
    if (decision.kind === 'denied') {
      return { ...decision, reason: `${api} was told to give no key, or has forgotten the question.` };
    }
  }
  return { kind: 'pending', reason: `Nobody decided within ${PATIENCE / 60_000} minutes: ask again.` };
};
