import { Refusal } from './refusal.ts';

export { asciiText, MAX_REASON } from './ascii-text.ts';

/** Ends with a full stop, whatever the words of others end with. */
export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const control = /\p{Cc}/u;

/**
 * Free text of a caller, trimmed.
 * @throws Refusal InvalidArgument when it is too long or holds control characters
 */
export const checkedText = (name: string, text: string, limit: number): string => {
  const trimmed = text.trim();
  if (trimmed.length > limit) {
    throw new Refusal('InvalidArgument', `${name} is longer than ${limit} characters.`);
  }
  if (control.test(trimmed))
    throw new Refusal('InvalidArgument', `${name} must not hold control characters.`);
  return trimmed;
};

/** @throws Refusal InvalidArgument when it is empty, too long or holds control characters */
export const requiredText = (name: string, text: string, limit: number): string => {
  const checked = checkedText(name, text, limit);
  if (checked === '') throw new Refusal('InvalidArgument', `${name} must not be empty.`);
  return checked;
};
