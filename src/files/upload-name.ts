import type { GcodeKind } from '../domain/gcode-file.ts';
import { Refusal } from '../domain/refusal.ts';

const MAX_NAME_LENGTH = 120;

const kindOfExtension: Readonly<Record<string, GcodeKind>> = {
  gcode: 'gcode',
  gco: 'gcode',
  g: 'gcode',
  bgcode: 'bgcode',
};

/** What to do instead with a file that people often upload by mistake. */
const adviceFor: Readonly<Record<string, string>> = {
  stl: 'An STL is a model without printing instructions: slice it first and upload the .gcode or .bgcode file.',
  obj: 'An OBJ is a model without printing instructions: slice it first and upload the .gcode or .bgcode file.',
  step: 'A STEP file is a model without printing instructions: slice it first and upload the g-code.',
  '3mf':
    'A 3MF is a slicer project: open it in the slicer, slice it and export the plate as .gcode or .bgcode.',
  zip: 'Archives are not unpacked: upload the .gcode or .bgcode file itself.',
};

/**
 * The name as it is shown to people: the last part of a path, Unicode-normalised (NFC), at most 120 characters.
 * The stored file has a name of its own, so nothing here can reach the disk.
 * @throws Refusal InvalidArgument
 */
export const displayName = (given: string): string => {
  const name = (given.split(/[\\/]/).at(-1) ?? '').normalize('NFC').trim();
  if (name === '') throw new Refusal('InvalidArgument', 'The file has no name: send one such as part.gcode.');
  // Control characters, line separators, lone surrogates, and the marks that reverse how a name reads.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/u.test(name)) {
    throw new Refusal('InvalidArgument', 'The file name contains control characters: rename it.');
  }
  if ([...name].length > MAX_NAME_LENGTH) {
    throw new Refusal('InvalidArgument', `The file name is longer than ${MAX_NAME_LENGTH} characters.`);
  }
  return name;
};

/** @throws Refusal InvalidArgument for any other extension, saying what to upload instead */
export const kindOfName = (name: string): GcodeKind => {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(kindOfExtension, extension) ? kindOfExtension[extension] : undefined;
  if (kind) return kind;
  const advice = Object.hasOwn(adviceFor, extension) ? adviceFor[extension] : undefined;
  throw new Refusal(
    'InvalidArgument',
    advice ?? 'Only g-code can be printed: the name must end in .gcode, .gco, .g or .bgcode.',
  );
};
