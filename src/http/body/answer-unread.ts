import type { IncomingMessage } from 'node:http';
import type { HttpContext } from '../context.ts';
import { LINGER } from '../linger.ts';

export const hasUnreadBody = (request: IncomingMessage): boolean => {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && length !== '0');
  return hasBody && !request.complete && !request.destroyed;
};

/** Reads and drops until the client has ended, gone, or been given enough time. */
const drain = (request: IncomingMessage): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, LINGER);
    request.unpipe();
    request.once('end', done).once('close', done).once('error', done);
    request.resume();
  });

/** Answers a request whose body nobody wants to read, then closes the connection. */
export const answerUnread = async (ctx: HttpContext, text: string): Promise<void> => {
  ctx.respond = false;
  ctx.set('Connection', 'close');
  ctx.set('Content-Length', String(Buffer.byteLength(text)));
  ctx.res.write(text);
  // A client that waits for 100-continue sends nothing.
  if (ctx.req.headers.expect === undefined) await drain(ctx.req);
  ctx.res.end();
};
