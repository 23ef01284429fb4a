import type { AskForKey, KeyAsking, KeyDecision } from '../../../app/ports.ts';
import { DriverError } from '../../../app/ports.ts';
import { type Answer, call, defaultTimeouts, type Timeouts } from '../shared/http-client.ts';
import { baseOf } from '../shared/printer-url.ts';
import { grantedKeySchema, keyRequestSchema } from './schemas.ts';

/** What OctoPrint's user reads who is to decide. */
const APP_NAME = 'MES Printing Server';

/** OctoPrint's Application Keys plugin: bundled, on by default (docs.octoprint.org, 1.11). */
export const createOctoPrintKeyAsker = (timeouts: Timeouts = defaultTimeouts): AskForKey => {
  const get = (url: string, path: string, signal: AbortSignal): Promise<Answer> =>
    call(baseOf(url), { method: 'GET', path, timeout: timeouts.status, signal });

  return async (url, user, signal): Promise<KeyAsking> => {
    const probe = await get(url, 'plugin/appkeys/probe', signal);
    if (probe.status !== 204) {
      throw new DriverError(
        'refused',
        `There is no OctoPrint with Application Keys at ${url} (status ${probe.status}).`,
      );
    }
    const answer = await call(baseOf(url), {
      method: 'POST',
      path: 'plugin/appkeys/request',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ app: APP_NAME, ...(user !== '' && { user }) }),
      timeout: timeouts.command,
      signal,
    });
    const asked = keyRequestSchema.safeParse(answer.json).data;
    if (answer.status !== 201 || asked === undefined) {
      const why =
        answer.status === 429 ? 'too many requests: try again in a minute' : `status ${answer.status}`;
      throw new DriverError('refused', `OctoPrint does not ask anybody for a key (${why}).`);
    }
    // The Location that it gives may be one that only its own network knows.
    const path = `plugin/appkeys/request/${encodeURIComponent(asked.app_token)}`;
    return {
      page: webPage(asked.auth_dialog),
      poll: async signal => decisionOf(await get(url, path, signal)),
    };
  };
};

/** It becomes a link in somebody's browser. */
const webPage = (address: string | null | undefined): string =>
  address && /^https?:\/\//i.test(address) && URL.canParse(address) ? address : '';

const decisionOf = ({ status, json }: Answer): KeyDecision => {
  if (status === 202) return { kind: 'pending' };
  if (status === 404) return { kind: 'denied' };
  const granted = grantedKeySchema.safeParse(json).data;
  if (status === 200 && granted !== undefined) return { kind: 'granted', key: granted.api_key };
  throw new DriverError('garbled', `OctoPrint answered ${status} to the question for the key.`);
};
