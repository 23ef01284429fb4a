import { crc32, deflateSync } from 'node:zlib';

export interface TestBlock {
  readonly type: number;
  readonly data: Buffer;
  readonly deflate?: boolean;
  /** Claimed instead of the true size. */
  readonly claimedSize?: number;
}

const block = ({ type, data, deflate, claimedSize }: TestBlock, checksums: boolean): Buffer => {
  const stored = deflate ? deflateSync(data) : data;
  const header = Buffer.alloc(deflate ? 12 : 8);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(deflate ? 1 : 0, 2);
  header.writeUInt32LE(claimedSize ?? data.length, 4);
  if (deflate) header.writeUInt32LE(stored.length, 8);
  const body = Buffer.concat([header, Buffer.alloc(type === 5 ? 6 : 2), stored]);
  if (!checksums) return body;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(body));
  return Buffer.concat([body, checksum]);
};

export const bgcode = (blocks: readonly TestBlock[], checksums = true, version = 1): Buffer => {
  const header = Buffer.alloc(10);
  header.write('GCDE', 'latin1');
  header.writeUInt32LE(version, 4);
  header.writeUInt16LE(checksums ? 1 : 0, 8);
  return Buffer.concat([header, ...blocks.map(each => block(each, checksums))]);
};

export const gcodeBlock: TestBlock = { type: 1, data: Buffer.from('G28\nG1 X1\n') };

export const sampleBlocks: readonly TestBlock[] = [
  { type: 0, data: Buffer.from('Producer=PrusaSlicer 2.8.0') },
  { type: 3, data: Buffer.from('printer_model=XL4IS\nfilament_type=PETG\nnozzle_diameter=0.4\n') },
  { type: 5, data: Buffer.alloc(200, 7) },
  {
    type: 4,
    data: Buffer.from('filament used [g]=12.5\nestimated printing time (normal mode)=1h 2m 3s\n'),
  },
  { type: 2, deflate: true, data: Buffer.from('layer_height=0.2\nnozzle_diameter=0.4,0.4\n') },
  gcodeBlock,
];
