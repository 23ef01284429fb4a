import { Refusal } from './refusal.ts';

/** Limit of Message and WaitingReason, and of the reasons that people give. */
export const MAX_REASON = 200;

/** Printable ASCII of at most `limit` characters; what ASCII cannot write becomes `?`. */
export const asciiText = (text: string, limit: number = MAX_REASON): string => {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]/gu, '?');
  return plain.length <= limit ? plain : `${plain.slice(0, limit - 3)}...`;
};

const control = /\p{Cc}/u;

/**
 * Free text of a caller, trimmed.
 * @throws Refusal InvalidArgument when it is too long or holds control characters
 */
export const checkedText = (name: string, text: string, limit: number): string => {
  if (text.length > limit) {
    throw new Refusal('InvalidArgument', `${name} is longer than ${limit} characters.`);
  }
  if (control.test(text)) throw new Refusal('InvalidArgument', `${name} must not hold control characters.`);
  return text.trim();
};

/** @throws Refusal InvalidArgument when it is empty, too long or holds control characters */
export const requiredText = (name: string, text: string, limit: number): string => {
  const checked = checkedText(name, text, limit);
  if (checked === '') throw new Refusal('InvalidArgument', `${name} must not be empty.`);
  return checked;
};
