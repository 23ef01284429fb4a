/**
 * Turns of the event loop, shared out among the channels: without it, who asks for a thousand values again and again
 * keeps everybody else waiting for seconds.
 */

/** Weight that a channel gets at once in one turn, whatever the others do; see `weightOf`. */
export const AT_ONCE = 100;
/** Weight of the one channel that has a turn after these: what a single request may ask for at most. */
export const A_TURN = 1000;

interface Waiting {
  readonly weight: number;
  readonly run: () => void;
}

interface Line<C> {
  readonly channel: C;
  readonly waiting: Waiting[];
}

export interface TurnsDeps<C> {
  /** Calls back once everything that has arrived meanwhile has been seen to. */
  readonly nextTurn: (callback: () => void) => void;
  /** Reads nothing more from the channel, so that its line stays short. */
  pause(channel: C): void;
  resume(channel: C): void;
  /** Whether it is closed: nobody waits for its answers. */
  isGone(channel: C): boolean;
}

export interface Turns<C> {
  /** Runs the request at once or, when the channel has had its share of this turn, in its order in a later one. */
  take(channel: C, weight: number, run: () => void): void;
}

export const createTurns = <C extends object>(deps: TurnsDeps<C>): Turns<C> => {
  const lines = new Map<C, Line<C>>();
  let usedNow = new Map<C, number>();
  let scheduled = false;

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    deps.nextTurn(turn);
  };

  const serve = ({ channel, waiting }: Line<C>): void => {
    let used = 0;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (used > 0 && used + next.weight > A_TURN) return;
      waiting.shift();
      used += next.weight;
      if (!deps.isGone(channel)) next.run();
    }
  };

  const turn = (): void => {
    scheduled = false;
    usedNow = new Map();
    const [line] = lines.values();
    if (line === undefined) return;
    lines.delete(line.channel);
    serve(line);
    if (line.waiting.length > 0) lines.set(line.channel, line);
    else deps.resume(line.channel);
    if (lines.size > 0) schedule();
  };

  return {
    take(channel, weight, run) {
      const line = lines.get(channel);
      if (line !== undefined) {
        line.waiting.push({ weight, run });
        return;
      }
      const used = (usedNow.get(channel) ?? 0) + weight;
      if (used <= AT_ONCE) {
        usedNow.set(channel, used);
        run();
      } else {
        lines.set(channel, { channel, waiting: [{ weight, run }] });
        deps.pause(channel);
      }
      schedule();
    },
  };
};
