/** What may go wrong between a stand-in of a printer and who calls it. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * lostRequest: the connection breaks before anything is done; lostAnswer: after it was done; noAnswer: done, and
 * nothing is ever said; blackHole: nothing is done and nothing is ever said; slowLoris: done, and the answer never
 * ends; error500: not done; garbage: done, and the answer makes no sense; resetInUpload: the connection breaks with
 * the first bytes of the body.
 */
export type PrinterFault =
  | 'lostRequest'
  | 'lostAnswer'
  | 'noAnswer'
  | 'blackHole'
  | 'slowLoris'
  | 'error500'
  | 'garbage'
  | 'resetInUpload';

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export interface PrinterFaults {
  /** The next requests that match `METHOD /path body` meet the fault; others are served. */
  next(match: RegExp, fault: PrinterFault, times?: number): void;
  /** Every request meets it, until it is called with undefined. */
  always(fault: PrinterFault | undefined): void;
  /** Reads, carries out and answers one request, as far as its fault lets it. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    act: (line: string, body: string) => Promise<Answer>,
  ): Promise<void>;
}

const beforeTheAct: readonly (PrinterFault | undefined)[] = ['lostRequest', 'blackHole', 'error500'];

/** @param requests gets a line for each request */
export const createPrinterFaults = (requests: string[]): PrinterFaults => {
  const planned: { readonly match: RegExp; readonly fault: PrinterFault; times: number }[] = [];
  let all: PrinterFault | undefined;

  const faultOf = (line: string): PrinterFault | undefined => {
    const hit = planned.find(({ match, times }) => times > 0 && match.test(line));
    if (hit === undefined) return all;
    hit.times -= 1;
    return hit.fault;
  };

  const isReset = (line: string): boolean =>
    all === 'resetInUpload' ||
    planned.some(({ match, fault, times }) => fault === 'resetInUpload' && times > 0 && match.test(line));

  const answer = (response: ServerResponse, { status, body }: Answer): void => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

  return {
    next(match, fault, times = 1) {
      planned.push({ match, fault, times });
    },
    always(fault) {
      all = fault;
    },
    async serve(request, response, act) {
      const head = `${request.method} ${request.url}`;
      if (request.method !== 'GET' && isReset(head)) {
        faultOf(head);
        requests.push(head);
        await new Promise(resolve => request.once('data', resolve));
        return void request.socket.destroy();
      }
      const body = Buffer.concat(await request.toArray()).toString('utf8');
      const line = `${head} ${body.length < 300 ? body : ''}`.trim();
      requests.push(line);
      const fault = faultOf(line);
      if (fault === 'error500') {
        return answer(response, { status: 500, body: { error: { code: 500, message: 'Oops' } } });
      }
      if (fault === 'lostRequest') return void request.socket.destroy();
      if (beforeTheAct.includes(fault)) return;
      const result = await act(line, body);
      if (fault === 'lostAnswer') return void request.socket.destroy();
      if (fault === 'noAnswer') return;
      if (fault === 'slowLoris') {
        response.writeHead(result.status, { 'Content-Type': 'application/json' });
        return void response.write('{');
      }
      if (fault === 'garbage') return void response.end('<html>%&/ 42');
      answer(response, result);
    },
  };
};
