import { MAX_PASSWORD } from '../../domain/password.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ApplicationDeps } from '../deps.ts';

/** Outside of transactions, since hashing takes long. @throws Refusal InvalidArgument */
export const hashOf = async ({ hasher, rules }: ApplicationDeps, password: string): Promise<string> => {
  if (password.length < rules.minPasswordLength || password.length > MAX_PASSWORD) {
    throw new Refusal(
      'InvalidArgument',
      `A password has ${rules.minPasswordLength} to ${MAX_PASSWORD} characters.`,
    );
  }
  return hasher.hash(password);
};
