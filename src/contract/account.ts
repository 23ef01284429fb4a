import { z } from 'zod';
import { roles } from '../domain/account.ts';
import { requestObject } from './common.ts';

const username = z.string().min(1).max(64);
/** The upper limit keeps a hash from being made over a megabyte. */
const password = z.string().min(1).max(256);

/** POST setup: makes the first account, an admin. */
export const setUpSchema = requestObject({ token: z.string().min(1).max(200), username, password });

/** POST auth/login. */
export const logInSchema = requestObject({ username, password });

/** PUT auth/password: for oneself; all other log-ins end. */
export const changePasswordSchema = requestObject({ old_password: password, new_password: password });

export const accessTokenSchema = z.object({
  access_token: z.string(),
  token_type: z.literal('bearer'),
  /** s */
  expires_in: z.number().int(),
});
export type AccessTokenJson = z.infer<typeof accessTokenSchema>;

/** GET auth/me. */
export const meSchema = z.object({ id: z.string(), username: z.string(), role: z.enum(roles) });
export type MeJson = z.infer<typeof meSchema>;
