import { z } from 'zod';
import { DriverError } from '../../../app/ports.ts';
import type { PrinterApi } from '../../../domain/printer.ts';
import { type Answer, call } from './http-client.ts';
import { baseOf } from './printer-url.ts';

/** What a kind shows to anybody, without a key. */
interface Sign {
  readonly path: string;
  readonly isShown: (answer: Answer) => boolean;
}

const moonrakerInfo = z.object({ result: z.object({ moonraker_version: z.string() }) });
const moonrakerError = z.object({ error: z.object({ code: z.number(), message: z.string() }) });
const octoPrintError = z.object({ error: z.string() });
const versionText = z.object({ text: z.string() });

const namesItself = ({ status, json }: Answer, name: RegExp): boolean =>
  status === 200 && name.test(versionText.safeParse(json).data?.text ?? '');

/** In this order. Moonraker comes first: it imitates OctoPrint's version for slicers. A simulated one answers nowhere. */
const signs: Readonly<Record<Exclude<PrinterApi, 'Mock'>, Sign>> = {
  Moonraker: {
    path: 'server/info',
    isShown: ({ status, json }) =>
      (status === 200 && moonrakerInfo.safeParse(json).success) ||
      (status === 401 && moonrakerError.safeParse(json).success),
  },
  PrusaLink: {
    path: 'api/version',
    // The realms of Buddy firmware and of the Raspberry Pi.
    isShown: answer =>
      namesItself(answer, /^PrusaLink/) ||
      (answer.status === 401 &&
        /\brealm="(?:Printer API|Administrator)"/.test(answer.headers['www-authenticate'] ?? '')),
  },
  OctoPrint: {
    path: 'api/version',
    isShown: answer =>
      namesItself(answer, /^OctoPrint \d/) ||
      (answer.status === 403 && octoPrintError.safeParse(answer.json).success),
  },
};

/** In ms. */
const ANSWER_TIMEOUT = 2_000;

/**
 * Which kind of printer answers at that URL, by what it shows to anybody: nobody's key is sent. Undefined when it is
 * none of those that we know, or does not say in time.
 */
export const kindAt = async (url: string, signal: AbortSignal): Promise<PrinterApi | undefined> => {
  const answers = new Map<string, Promise<Answer | undefined>>();
  const answerTo = (path: string): Promise<Answer | undefined> => {
    const known = answers.get(path);
    if (known !== undefined) return known;
    // Printers have few connections: none is kept.
    const headers = { Accept: 'application/json', Connection: 'close' };
    const asked = call(baseOf(url), { method: 'GET', path, headers, timeout: ANSWER_TIMEOUT, signal }).catch(
      error => {
        if (error instanceof DriverError) return undefined;
        throw error;
      },
    );
    answers.set(path, asked);
    return asked;
  };

  for (const [api, { path, isShown }] of Object.entries(signs)) {
    const answer = await answerTo(path);
    if (answer !== undefined && isShown(answer)) return api as PrinterApi;
  }
  return undefined;
};
