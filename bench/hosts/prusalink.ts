/** A sound printer with Buddy firmware, as far as the driver asks; `test/support/prusalink` is the faithful one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answering, drain, type Host, json, listen, now, type Taken } from './host.ts';

const CHALLENGE = 'Digest realm="Printer API", nonce="0123456789abcdef", stale=false';
const JOB_ID = 42;

/** Whether the answer is right is for the tests: here it must be one to this challenge. */
export const isChallenged = ({ headers }: IncomingMessage): boolean =>
  !(headers.authorization ?? '').includes('0123456789abcdef');

export const challenge = (response: ServerResponse): void => {
  response.writeHead(401, { 'WWW-Authenticate': CHALLENGE, 'Content-Type': 'text/plain' });
  response.end('Unauthorized');
};

export const startPrusaLinkHost = async (pace: number): Promise<Host> => {
  const looks: number[] = [];
  const uploads: Taken[] = [];
  const files = new Map<string, number>();
  let printing: string | undefined;

  const status = () => ({
    ...(printing !== undefined && {
      job: { id: JOB_ID, progress: 1, time_remaining: 3600, time_printing: 30 },
    }),
    storage: { path: '/usb/', name: 'usb', read_only: false },
    printer: {
      state: printing === undefined ? 'IDLE' : 'PRINTING',
      temp_bed: 24 + Math.random(),
      target_bed: 0,
      temp_nozzle: 25 + Math.random(),
      target_nozzle: 0,
      axis_z: 12.4,
      flow: 100,
      speed: 100,
    },
  });

  const job = () => ({
    id: JOB_ID,
    state: 'PRINTING',
    progress: 1,
    time_remaining: 3600,
    time_printing: 30,
    file: { name: 'MES~1.GCO', display_name: printing, path: '/usb' },
  });

  const file = async (name: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'PUT') {
      const taken = await drain(request, pace);
      uploads.push(taken);
      files.set(name, taken.bytes);
      return json(response, 201);
    }
    const size = files.get(name);
    if (size === undefined) return json(response, 404, { message: 'File not found' });
    if (request.method === 'GET') return json(response, 200, { name: 'MES~1.GCO', ro: false, size });
    printing = name;
    return json(response, 204);
  };

  const server = answering((request, response) => {
    if (isChallenged(request)) return challenge(response);
    const path = decodeURIComponent(request.url ?? '');
    if (path === '/api/v1/status') looks.push(now());
    if (path === '/api/v1/status') return json(response, 200, status());
    if (path === '/api/v1/job') return printing ? json(response, 200, job()) : json(response, 204);
    if (path === '/api/printer') return json(response, 200, { telemetry: { material: 'PLA' } });
    if (path === '/api/v1/storage') {
      const usb = { path: '/usb/', name: 'usb', type: 'USB', read_only: false, available: true };
      return json(response, 200, { storage_list: [usb] });
    }
    const name = /^\/api\/v1\/files\/usb\/(.+)$/.exec(path)?.[1];
    return name === undefined ? json(response, 404) : file(name, request, response);
  });
  return { port: await listen(server), server, looks, uploads };
};
