import { randomUUID } from 'node:crypto';
import { maxHeaderSize, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { LINGER } from './linger.ts';
import { HttpProblem, problemJson } from './problem.ts';

const problemOf = (error: Error & { readonly code?: string }): HttpProblem => {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpProblem(
        431,
        'TooLarge',
        `The path and the headers together are larger than ${maxHeaderSize} bytes: shorten them.`,
      );
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpProblem(408, 'TimedOut', 'The request did not arrive in time: send it again.');
    case 'HPE_INVALID_METHOD':
      return new HttpProblem(
        400,
        'BadRequest',
        'The method is unknown: use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS, over plain HTTP.',
      );
    default:
      return new HttpProblem(400, 'BadRequest', 'This is not HTTP/1.1 as the server understands it.');
  }
};

const answerOf = (problem: HttpProblem): string => {
  const body = JSON.stringify(problemJson(problem, randomUUID()));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
};

/** Answers what never becomes a request (no HTTP, too large a head, too slow) as every other error is answered. */
export const answerClientErrors = (server: Server, connections: Connections): void => {
  const answered = new WeakSet<Socket>();
  server.on('clientError', (error, stream) => {
    const socket = stream as Socket;
    if (answered.has(socket)) return;
    answered.add(socket);
    // Part of another answer is on its way, or nobody is there any more.
    if (!socket.writable || connections.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    socket.on('error', () => {});
    socket.end(answerOf(problemOf(error)));
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER);
    socket.once('close', () => clearTimeout(timer));
  });
};
