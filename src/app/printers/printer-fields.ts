import type { BedSize } from '../../domain/gcode-file.ts';
import { type PrinterApi, printerApis, printerNamePattern } from '../../domain/printer.ts';
import { printerKinds } from '../../domain/printer-kinds.ts';
import { Refusal } from '../../domain/refusal.ts';
import { checkedText } from '../../domain/text.ts';

export const checkedPrinterName = (name: string): string => {
  if (!printerNamePattern.test(name)) {
    throw new Refusal(
      'InvalidArgument',
      'A printer name is 1 to 64 of A-Z, a-z, 0-9, dot, underscore and dash.',
    );
  }
  return name;
};

const checkedHttpUrl = (field: string, text: string): string => {
  const url = checkedText(field, text, 500);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new Refusal('InvalidArgument', `${field} must be an http:// or https:// URL.`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Refusal(
      'InvalidArgument',
      `${field} must not hold a user name or password: it is shown to staff.`,
    );
  }
  return url;
};

/** A mock printer has no interface to reach, so it may go without. */
export const checkedPrinterUrl = (api: PrinterApi, url: string): string =>
  api === 'Mock' && url.trim() === '' ? '' : checkedHttpUrl('url', url);

export const checkedCameraUrl = (url: string): string =>
  url.trim() === '' ? '' : checkedHttpUrl('camera_url', url);

export const checkedNozzle = (diameter: number | null): number | null => {
  if (diameter !== null && !(diameter > 0 && diameter <= 10)) {
    throw new Refusal('InvalidArgument', 'The nozzle diameter is in mm: more than 0, at most 10.');
  }
  return diameter;
};

/** mm */
const LARGEST_BED = 5000;

export const checkedBedSize = (size: BedSize | null): BedSize | null => {
  const isPossible = (length: number): boolean => length > 0 && length <= LARGEST_BED;
  if (size !== null && !(isPossible(size.width) && isPossible(size.depth))) {
    throw new Refusal(
      'InvalidArgument',
      `The width and depth of a bed are in mm: more than 0, at most ${LARGEST_BED}.`,
    );
  }
  return size && { width: size.width, depth: size.depth };
};

/** What every HTTP header can carry (RFC 9110, 5.5). */
const isSendable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** @param username with one it is a password, of which only a hash is sent */
export const checkedApiKey = (api: PrinterApi, text: string, username: string = ''): string => {
  const key = checkedText('api_key', text, 500);
  if (username === '' && !isSendable(key)) {
    throw new Refusal(
      'InvalidArgument',
      'api_key must be plain ASCII: it holds a character that no HTTP header can carry.',
    );
  }
  const { needsKey } = printerKinds[api];
  if (needsKey !== '' && key.trim() === '') {
    throw new Refusal('InvalidArgument', `${api} needs an api_key: ${needsKey}.`);
  }
  return key;
};

const kindsWithNames = printerApis.filter(api => printerKinds[api].username);

/** For HTTP digest; a colon or quote would break out of its header. */
export const checkedUsername = (api: PrinterApi, text: string): string => {
  const name = checkedText('username', text, 64);
  if (name !== '' && !printerKinds[api].username) {
    const kinds = kindsWithNames.join(' and ');
    throw new Refusal('InvalidArgument', `A username is for ${kinds} alone: ${api} takes an api_key.`);
  }
  if (/[:"\\]/.test(name) || !isSendable(name)) {
    throw new Refusal(
      'InvalidArgument',
      'username must be plain ASCII, and must not hold a colon, a quote or a backslash.',
    );
  }
  return name;
};

/** In characters. */
export const MAX_WORD = 64;
export const checkedWord = (field: string, text: string): string => checkedText(field, text, MAX_WORD);
