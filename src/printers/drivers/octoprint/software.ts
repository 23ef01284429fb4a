import { DriverError } from '../../../app/ports.ts';
import { type Answer, call } from '../shared/http-client.ts';
import { versionSchema } from './schemas.ts';

export const badKey = (): DriverError =>
  new DriverError('unauthorized', 'OctoPrint does not accept the API key: give it a valid one.');

/** Of the kinds that this server drives, the one whose name another program gives under OctoPrint's path. */
const otherKinds: readonly (readonly [RegExp, string])[] = [
  [/prusa/i, 'PrusaLink'],
  [/moonraker/i, 'Moonraker'],
];

/**
 * `OctoPrint 1.11.8`.
 * @throws DriverError wrongKind when something else answers there; unauthorized when it is OctoPrint, by all it says
 */
export const softwareOf = async (
  base: string,
  headers: Readonly<Record<string, string>>,
  timeout: number,
  signal: AbortSignal,
): Promise<string> => {
  const answer = await call(base, { method: 'GET', path: 'api/version', headers, timeout, signal });
  const text = versionSchema.safeParse(answer.json).data?.text ?? '';
  if (answer.status === 200 && /^OctoPrint \d/.test(text)) return text;
  if (answer.status >= 500) {
    throw new DriverError(
      'unreachable',
      `The server at this URL answered ${answer.status}: is OctoPrint up?`,
      { answered: true },
    );
  }
  if (refusesKey(answer) && (await looksLikeOctoPrint(base, answer, timeout, signal))) throw badKey();
  const kind = otherKinds.find(([pattern]) => pattern.test(text))?.[1];
  throw new DriverError(
    'wrongKind',
    kind === undefined
      ? `There is no OctoPrint at this URL (status ${answer.status}).`
      : `${kind} answers at this URL, not OctoPrint: choose the api ${kind}.`,
  );
};

const refusesKey = ({ status }: Answer): boolean => status === 401 || status === 403;

/** Without a valid key it tells nobody what it is, but for its JSON error and the open end of its key hand-shake. */
const looksLikeOctoPrint = async (
  base: string,
  { status, json }: Answer,
  timeout: number,
  signal: AbortSignal,
): Promise<boolean> => {
  const isOwnError = typeof json === 'object' && json !== null && 'error' in json;
  if (status === 403 && isOwnError && typeof json.error === 'string') return true;
  const probe = await call(base, { method: 'GET', path: 'plugin/appkeys/probe', timeout, signal });
  return probe.status === 204;
};
