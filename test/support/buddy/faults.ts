import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What happens to a request: lostRequest – reset before it is carried out; lostAnswer – reset after; lostUpload – reset
 * in the middle of its body; blackHole – neither read nor carried out nor answered; noAnswer – carried out and not
 * answered; slowLoris – carried out and answered a byte at a time, without end; error500 – not carried out;
 * garbage – not carried out, answered with 200 and nonsense.
 */
export const faultKinds = [
  'lostRequest',
  'lostAnswer',
  'lostUpload',
  'blackHole',
  'noAnswer',
  'slowLoris',
  'error500',
  'garbage',
] as const;
export type FaultKind = (typeof faultKinds)[number];

interface Fault {
  readonly kind: FaultKind;
  readonly match: RegExp;
  times: number;
}

export const createFaults = () => {
  const faults: Fault[] = [];
  const drips = new Set<NodeJS.Timeout>();

  return {
    /**
     * @param match compared with `METHOD /path`
     * @param times how many requests it hits
     * @returns a function that ends it
     */
    add(kind: FaultKind, match: RegExp = /./, times = Number.POSITIVE_INFINITY): () => void {
      const fault = { kind, match, times };
      faults.push(fault);
      return () => {
        const index = faults.indexOf(fault);
        if (index >= 0) faults.splice(index, 1);
      };
    },
    /** The fault that this request meets, counted. */
    take(line: string): FaultKind | undefined {
      const fault = faults.find(one => one.times > 0 && one.match.test(line));
      if (fault !== undefined) fault.times -= 1;
      return fault?.kind;
    },
    /** Begins an answer that never ends. */
    drip(response: ServerResponse): void {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 100);
      drips.add(timer);
      response.on('close', () => {
        clearInterval(timer);
        drips.delete(timer);
      });
    },
    stop(): void {
      for (const timer of drips) clearInterval(timer);
    },
  };
};

/** Not an end of the stream: a reset, as a lost connection shows itself. */
export const reset = (request: IncomingMessage): void => {
  request.socket.resetAndDestroy();
};
