/** Hosts that are of no use, each in its way. */
import { createServer, type Server, type Socket } from 'node:net';
import { answering, type HostKind, json, listen } from './host.ts';
import { challenge } from './prusalink.ts';

export const deadWays = [
  'refused',
  'blackHole',
  'slowLoris',
  'garbage',
  'endless',
  'status500',
  'hangsAfterHeaders',
  'wrongKey',
] as const;
export type DeadWay = (typeof deadWays)[number];

/** ms between two bytes of the slow one. */
const DRIP = 1_000;
const BLOCK = Buffer.alloc(64 * 1024, ' ');

const onConnection = (serve: (socket: Socket) => void): Promise<number> =>
  listen(
    createServer(socket => {
      socket.on('error', () => socket.destroy());
      serve(socket);
    }),
  );

const refusing: Server[] = [];

const refused = (): Promise<number> => {
  const server = createServer();
  refusing.push(server);
  return listen(server);
};

/** Once all hosts have their ports, lest one of them gets a port that is to refuse. */
export const closeRefusing = (): void => {
  for (const server of refusing.splice(0)) server.close();
};

const slowLoris = (): Promise<number> =>
  onConnection(socket => {
    socket.resume();
    socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
    const timer = setInterval(() => socket.write('x'), DRIP);
    socket.on('close', () => clearInterval(timer));
  });

/** Some speak no HTTP, some no JSON. */
const garbage = (index: number): Promise<number> =>
  index % 2 === 0
    ? onConnection(socket => {
        socket.resume();
        socket.end(Buffer.from(Array.from({ length: 512 }, (_, byte) => (byte * 167) & 0xff)));
      })
    : listen(
        answering((_request, response) => {
          response.writeHead(200, { 'Content-Type': 'application/json' });
          response.end(`{"state": ${'[{'.repeat(5_000)}`);
        }),
      );

/** An answer without an end, as fast as it is taken. */
const endless = (): Promise<number> =>
  listen(
    answering((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const pour = (): void => {
        while (!response.destroyed && response.write(BLOCK));
      };
      response.on('drain', pour);
      pour();
    }),
  );

const status500 = (): Promise<number> =>
  listen(answering((_request, response) => json(response, 500, { error: 'Internal Server Error' })));

const hangsAfterHeaders = (): Promise<number> =>
  listen(
    answering((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1_000 });
      response.write('{"state": ');
    }),
  );

const wrongKey = (kind: HostKind): Promise<number> =>
  listen(
    answering((_request, response) =>
      kind === 'PrusaLink' ? challenge(response) : json(response, 403, { error: 'no permission' }),
    ),
  );

/** @returns its port */
export const startDeadHost = (
  way: Exclude<DeadWay, 'blackHole'>,
  kind: HostKind,
  index: number,
): Promise<number> => {
  switch (way) {
    case 'refused':
      return refused();
    case 'slowLoris':
      return slowLoris();
    case 'garbage':
      return garbage(index);
    case 'endless':
      return endless();
    case 'status500':
      return status500();
    case 'hangsAfterHeaders':
      return hangsAfterHeaders();
    case 'wrongKey':
      return wrongKey(kind);
  }
};
