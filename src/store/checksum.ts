import { crc32 } from 'node:zlib';

export const CHECKSUM_DIGITS = 8;

/** As it is written: hex digits. */
export const checksumText = (crc: number): string => crc.toString(16).padStart(CHECKSUM_DIGITS, '0');

/** CRC-32. */
export const checksum = (content: string | Uint8Array): string => checksumText(crc32(content));
