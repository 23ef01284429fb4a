import { z } from 'zod';
import { jsonOf } from '../shared/json.ts';

/** What OctoPrint's socket tells us (docs.octoprint.org, Push updates, 1.11); everything else is passed over. */
export type PushMessage =
  | { readonly kind: 'state'; readonly text: string }
  | { readonly kind: 'event'; readonly event: PushEvent }
  | { readonly kind: 'reauthRequired' }
  | { readonly kind: 'other' };

export interface PushEvent {
  readonly type: string;
  /** '' for an event that is not about a file. */
  readonly path: string;
  /** Of PrintFailed: `cancelled` or `error`. */
  readonly reason: string;
  readonly error: string;
}

/** The events that we subscribe to: each of them makes a new reading worth while. */
export const pushEvents = [
  'PrinterStateChanged',
  'PrintStarted',
  'PrintPaused',
  'PrintResumed',
  'PrintDone',
  'PrintCancelled',
  'PrintFailed',
  'Connected',
  'Disconnected',
  'Error',
] as const;

/** In characters: some of it is remembered until the next reading. */
const MAX_TEXT = 1024;
const text = z
  .string()
  .transform(told => told.slice(0, MAX_TEXT))
  .catch('');
const current = z.object({ state: z.object({ text: z.string() }) });

const messageSchema = z.object({
  current: current.optional().catch(undefined),
  history: current.optional().catch(undefined),
  event: z
    .object({
      type: z.string(),
      payload: z.object({ path: text, reason: text, error: text }).nullish().catch(null),
    })
    .optional()
    .catch(undefined),
  reauthRequired: z.unknown().optional(),
});

export const pushMessageOf = (data: unknown): PushMessage => {
  const message = messageSchema.safeParse(typeof data === 'string' ? jsonOf(data) : undefined);
  if (!message.success) return { kind: 'other' };
  const { event, reauthRequired } = message.data;
  const state = (message.data.current ?? message.data.history)?.state.text;
  if (state !== undefined) return { kind: 'state', text: state };
  if (reauthRequired !== undefined) return { kind: 'reauthRequired' };
  if (event === undefined) return { kind: 'other' };
  const { path = '', reason = '', error = '' } = event.payload ?? {};
  return { kind: 'event', event: { type: event.type, path, reason, error } };
};
