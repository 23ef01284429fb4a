import type { GcodeMetadata } from '../../domain/gcode-file.ts';
import { type Comments, readComments, readPairs } from './comments.ts';
import { isCura, readCura } from './cura.ts';
import { readSlic3rFamily } from './slic3r-family.ts';

const read = (comments: Comments): GcodeMetadata =>
  isCura(comments) ? readCura(comments) : readSlic3rFamily(comments);

/** @param text the first and the last part of the file */
export const metadataOfText = (text: string): GcodeMetadata => read(readComments(text));

/** @param text the `key=value` lines of all metadata blocks */
export const metadataOfBgcode = (text: string): GcodeMetadata => read(readPairs(text));
