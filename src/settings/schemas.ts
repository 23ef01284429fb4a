/** How each kind of setting is read from its text; issues say what to write. */
import { z } from 'zod';
import { usernamePattern } from '../domain/account.ts';
import { timeZoneOf } from './time-zone.ts';

export const text = z.string();
export const folder = z.string().min(1, 'give the path of a folder');
export const flag = z
  .string()
  .toLowerCase()
  .refine(value => ['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'].includes(value), 'say true or false')
  .transform(value => ['true', '1', 'yes', 'on'].includes(value));

export const number = (minimum: number, maximum: number, whole: boolean) =>
  z
    .string()
    .refine(value => /^-?\d+(\.\d+)?$/.test(value.trim()), 'give a number')
    .transform(Number)
    .refine(
      value => value >= minimum && value <= maximum && (!whole || Number.isInteger(value)),
      `give a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`,
    );
export const seconds = number(0.05, 86_400, false);
export const whole = (minimum: number, maximum: number) => number(minimum, maximum, true);
export const port = whole(0, 65_535);
export const hostnames = z.string().transform((value, context): readonly [string, ...string[]] => {
  const [first, ...others] = value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
  if (first !== undefined) return [first, ...others];
  context.addIssue({ code: 'custom', message: 'give at least one name or address' });
  return z.NEVER;
});

/** `memory:` or a folder. SQLAlchemy's in-memory URLs are the earlier server's own examples. */
export const database = z.string().transform((value, context) => {
  if (/^sqlite\+aiosqlite:\/\/\/?$/.test(value) || value === 'memory:') return { kind: 'memory' } as const;
  const path = value.replace(/^file:(\/\/)?/, '');
  if (path === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    context.addIssue({
      code: 'custom',
      message: 'give the path of a folder (the embedded store), or sqlite+aiosqlite:// for a store in memory',
    });
    return z.NEVER;
  }
  return { kind: 'folder', path } as const;
});

export const opcuaUrl = z
  .string()
  .refine(
    value => value === '' || /^opc\.tcp:\/\/[^\s/]+/.test(value),
    'give a URL such as opc.tcp://host:4840',
  );
export const httpUrl = z
  .string()
  .refine(
    value => value === '' || (/^https?:\/\//.test(value) && URL.canParse(value)),
    'give a URL such as http://host:8080/orders',
  );
export const logLevel = z
  .string()
  .toLowerCase()
  .transform(value => (value === 'warning' ? 'warn' : value))
  .pipe(z.enum(['debug', 'info', 'warn', 'error'], 'say debug, info, warn or error'));
export const namespaceUri = z.string().min(1, 'give a namespace URI');
export const username = z.string().regex(usernamePattern, 'use 1 to 64 of A-Z a-z 0-9 . _ @ -');
export const timeZone = z.string().transform((text, context) => {
  const zone = timeZoneOf(text);
  if (zone !== undefined) return zone;
  context.addIssue({ code: 'custom', message: 'give a zone such as Australia/Melbourne' });
  return z.NEVER;
});
