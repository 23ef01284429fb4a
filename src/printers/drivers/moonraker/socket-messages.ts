import { z } from 'zod';
import { jsonOf } from '../shared/json.ts';

/** What Moonraker's socket tells us (JSON-RPC 2.0); everything else is passed over. */
export type SocketMessage =
  /** Something that a reading would show. */
  | { readonly kind: 'changed' }
  /** Klipper has come back: what was subscribed before is gone. */
  | { readonly kind: 'ready' }
  /** The answer to the call of that number. */
  | { readonly kind: 'answer'; readonly id: number; readonly ok: boolean }
  | { readonly kind: 'other' };

const schema = z.object({
  method: z.string().optional(),
  id: z.number().nullish().catch(null),
  error: z.unknown().optional(),
});

const changes: readonly string[] = [
  'notify_status_update',
  'notify_history_changed',
  'notify_klippy_shutdown',
  'notify_klippy_disconnected',
];

export const socketMessageOf = (text: string): SocketMessage => {
  const message = schema.safeParse(jsonOf(text));
  if (!message.success) return { kind: 'other' };
  const { method, id, error } = message.data;
  if (method === 'notify_klippy_ready') return { kind: 'ready' };
  if (method !== undefined) return { kind: changes.includes(method) ? 'changed' : 'other' };
  return id == null ? { kind: 'other' } : { kind: 'answer', id, ok: error === undefined };
};

/** Only what decides: Moonraker then says nothing of temperatures or progress. */
export const subscription = { webhooks: ['state'], print_stats: ['state', 'filename'] } as const;

export const requestOf = (method: string, params: object, id: number): string =>
  JSON.stringify({ jsonrpc: '2.0', method, params, id });
