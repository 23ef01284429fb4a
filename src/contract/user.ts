import { z } from 'zod';
import { roles } from '../domain/account.ts';
import { requestObject, timeSchema } from './common.ts';

/** POST users, by an admin. */
export const createUserSchema = requestObject({
  username: z.string().min(1).max(64),
  password: z.string().min(1).max(256),
  role: z.enum(roles),
  /** Whether the account's own submissions are approved at once; by default for machines alone. */
  approves_own: z.boolean().optional(),
});

/** PATCH users/{id}, by an admin: what is left out stays. */
export const changeUserSchema = requestObject({
  role: z.enum(roles).optional(),
  approves_own: z.boolean().optional(),
  /** True: it can no longer log in, and its log-ins end. */
  disabled: z.boolean().optional(),
  /** A new one; its log-ins end. */
  password: z.string().min(1).max(256).optional(),
});

/** PUT users/{id}/certificates, by an admin: all that the account has from then on. */
export const setCertificatesSchema = requestObject({
  /** PEM, or the thumbprint of one that stays. */
  certificates: z.array(z.string().min(1).max(20_000)).max(20),
});

export const certificateSchema = z.object({
  /** SHA-256, 64 hexadecimal digits. */
  thumbprint: z.string(),
  subject: z.string(),
  expire_time: timeSchema,
  create_time: timeSchema,
});
export type CertificateJson = z.infer<typeof certificateSchema>;

export const userSchema = z.object({
  id: z.string(),
  username: z.string(),
  role: z.enum(roles),
  approves_own: z.boolean(),
  disabled: z.boolean(),
  create_time: timeSchema,
});
export type UserJson = z.infer<typeof userSchema>;
