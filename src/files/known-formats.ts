interface KnownFormat {
  readonly magic: Buffer;
  readonly description: string;
}

const format = (magic: string, description: string): KnownFormat => ({
  magic: Buffer.from(magic, 'latin1'),
  description,
});

export const BGCODE_MAGIC = Buffer.from('GCDE', 'latin1');

const formats: readonly KnownFormat[] = [
  format('\x89PNG', 'a PNG picture'),
  format('\xff\xd8\xff', 'a JPEG picture'),
  format('GIF8', 'a GIF picture'),
  format('%PDF', 'a PDF document'),
  format('PK\x03\x04', 'a ZIP archive or 3MF project: slice it and upload the g-code'),
  format('\x1f\x8b', 'compressed with gzip: unpack it first'),
  format('GCDE', 'binary g-code: give it the extension .bgcode'),
  format('solid ', 'an STL model: slice it and upload the g-code'),
  format('\xff\xfe', 'UTF-16 text: save it as UTF-8 or ASCII'),
  format('\xfe\xff', 'UTF-16 text: save it as UTF-8 or ASCII'),
  format('\x7fELF', 'a program'),
  format('MZ', 'a program'),
  format('<!DOCTYPE', 'a web page, perhaps an error page saved as a file'),
  format('<html', 'a web page, perhaps an error page saved as a file'),
];

/** Bytes that are needed to tell the formats apart. */
export const MAGIC_LENGTH = Math.max(...formats.map(known => known.magic.length));

/** What the first bytes of a file that should be text g-code show it to be; undefined if nothing known. */
export const knownFormatOf = (head: Buffer): string | undefined =>
  formats.find(known => head.subarray(0, known.magic.length).equals(known.magic))?.description;
