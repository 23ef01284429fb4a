import type { BedSize } from '../../domain/gcode-file.ts';

const MAX_TEXT_LENGTH = 80;

/** Printable text of at most 80 characters without its quotes; null when nothing is left. */
export const textOf = (value: string | undefined): string | null => {
  const text = (value ?? '')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .replace(/^"(.*)"$/, '$1')
    .trim()
    .slice(0, MAX_TEXT_LENGTH);
  return text === '' ? null : text;
};

/** The numbers of a list, one per tool; an empty list when one of them is none. */
export const numbersOf = (value: string | undefined): readonly number[] => {
  const parts = (value ?? '').split(/[,;]/).map(part => part.trim());
  const numbers = parts.map(part => (/^\d+(?:\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  return numbers.every(Number.isFinite) ? numbers : [];
};

/** Of a bed's corners, `0x0,250x0,250x210,0x210`, some clockwise, some around the middle. */
export const sizeOf = (corners: string | undefined): BedSize | null => {
  const points = (corners ?? '')
    .split(',')
    .map(point => /^(-?\d+(?:\.\d+)?)x(-?\d+(?:\.\d+)?)$/.exec(point.trim()));
  if (points.length < 3 || points.includes(null)) return null;
  const lengthOf = (axis: 1 | 2): number => {
    const values = points.map(point => Number(point?.[axis]));
    return Math.max(...values) - Math.min(...values);
  };
  const size = { width: lengthOf(1), depth: lengthOf(2) };
  return size.width > 0 && size.depth > 0 ? size : null;
};

/** The one number that all tools agree on; null when they don't or it is not positive. */
export const commonNumberOf = (value: string | undefined): number | null => {
  const [first, ...others] = numbersOf(value);
  if (first === undefined || first <= 0) return null;
  return others.every(other => other === first) ? first : null;
};

/** Sum over the tools; null when it is not positive. */
export const sumOf = (value: string | undefined): number | null => {
  const sum = numbersOf(value).reduce((total, number) => total + number, 0);
  return sum > 0 ? Math.round(sum * 1000) / 1000 : null;
};

/** `1d 2h 3m 4s` in seconds. */
export const durationOf = (value: string | undefined): number | null => {
  const match = /^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?$/.exec((value ?? '').trim());
  if (!match || match[0] === '') return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(part => Number(part ?? 0));
  const duration = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  return duration > 0 ? duration : null;
};
