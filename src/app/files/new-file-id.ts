import { randomBytes } from 'node:crypto';

/** `f-…`, never made twice. */
export const newFileId = (): string => `f-${randomBytes(10).toString('hex')}`;
