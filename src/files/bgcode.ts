/**
 * Binary g-code, version 1: https://github.com/prusa3d/libbgcode/blob/main/doc/specifications.md
 * Little-endian. Every size in it is a claim of whoever made the file and is checked before it is used.
 */
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflate } from 'node:zlib';
import { Refusal } from '../domain/refusal.ts';

const FILE_HEADER_SIZE = 10;
const THUMBNAIL = 5;
const GCODE = 1;
const LAST_COMPRESSION = 3;
const CRC32_SIZE = 4;
const CHUNK_SIZE = 256 * 1024;
/** Slicers write a g-code block per 64 KiB: this is a file of 12 GiB. */
const MAX_BLOCKS = 200_000;
/** A slicer's whole configuration has some 30 KiB. */
const MAX_METADATA_SIZE = 4 * 1024 * 1024;
const MAX_METADATA_BLOCKS = 16;

const inflateAsync = promisify(inflate);

export interface BgcodeBlock {
  readonly type: number;
  readonly compression: number;
  readonly uncompressedSize: number;
  /** Position and size of the stored data in the file. */
  readonly dataOffset: number;
  readonly dataSize: number;
  /** First byte of the block's header, and first byte after the block. */
  readonly offset: number;
  readonly end: number;
}

const damaged = (why: string): Refusal =>
  new Refusal('InvalidArgument', `The binary g-code is damaged: ${why}. Export or upload it again.`);

const readAt = async (handle: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, offset);
  if (bytesRead < length) throw damaged('it is cut off');
  return buffer;
};

const readBlock = async (
  handle: FileHandle,
  offset: number,
  size: number,
  checksumSize: number,
): Promise<BgcodeBlock> => {
  const fixed = await readAt(handle, offset, 8);
  const type = fixed.readUInt16LE(0);
  const compression = fixed.readUInt16LE(2);
  const uncompressedSize = fixed.readUInt32LE(4);
  if (type > THUMBNAIL) throw damaged(`unknown block type ${type}`);
  if (compression > LAST_COMPRESSION) throw damaged(`unknown compression ${compression}`);
  const headerSize = compression === 0 ? 8 : 12;
  const dataSize =
    compression === 0 ? uncompressedSize : (await readAt(handle, offset + 8, 4)).readUInt32LE(0);
  const dataOffset = offset + headerSize + (type === THUMBNAIL ? 6 : 2);
  const end = dataOffset + dataSize + checksumSize;
  if (end > size) throw damaged('it is cut off');
  return { type, compression, uncompressedSize, dataOffset, dataSize, offset, end };
};

/** Over header, parameters and data, as the specification has it. */
const verifyChecksum = async (
  handle: FileHandle,
  block: BgcodeBlock,
  buffer: Buffer,
  signal: AbortSignal,
): Promise<void> => {
  const end = block.end - CRC32_SIZE;
  let checksum = 0;
  for (let position = block.offset; position < end; ) {
    signal.throwIfAborted();
    const wanted = Math.min(buffer.length, end - position);
    const { bytesRead } = await handle.read(buffer, 0, wanted, position);
    if (bytesRead === 0) throw damaged('it is cut off');
    checksum = crc32(buffer.subarray(0, bytesRead), checksum);
    position += bytesRead;
  }
  if ((await readAt(handle, end, CRC32_SIZE)).readUInt32LE(0) !== checksum) {
    throw damaged(`the checksum of the block at byte ${block.offset} is wrong`);
  }
};

const metadataText = async (handle: FileHandle, block: BgcodeBlock): Promise<string> => {
  // Heatshrink has not been seen in metadata: such a block is left unread.
  if (block.compression > 1) return '';
  if (block.dataSize > MAX_METADATA_SIZE || block.uncompressedSize > MAX_METADATA_SIZE) {
    throw damaged('a metadata block is far too large');
  }
  const stored = await readAt(handle, block.dataOffset, block.dataSize);
  if (block.compression === 0) return stored.toString('utf8');
  try {
    return (await inflateAsync(stored, { maxOutputLength: MAX_METADATA_SIZE })).toString('utf8');
  } catch (error) {
    throw new Refusal(
      'InvalidArgument',
      'The binary g-code is damaged: a metadata block cannot be unpacked.',
      {
        cause: error,
      },
    );
  }
};

/**
 * Walks all blocks, verifies their bounds and checksums and returns the text of the metadata blocks
 * (`key=value` lines), one after the other.
 * @throws Refusal InvalidArgument
 */
export const readBgcode = async (handle: FileHandle, size: number, signal: AbortSignal): Promise<string> => {
  if (size < FILE_HEADER_SIZE) throw damaged('it is cut off');
  const header = await readAt(handle, 0, FILE_HEADER_SIZE);
  const version = header.readUInt32LE(4);
  const checksumType = header.readUInt16LE(8);
  if (version !== 1) throw damaged(`version ${version} is not known`);
  if (checksumType > 1) throw damaged(`checksum type ${checksumType} is not known`);
  const checksumSize = checksumType === 1 ? CRC32_SIZE : 0;

  const buffer = Buffer.alloc(CHUNK_SIZE);
  const texts: string[] = [];
  let blocks = 0;
  let printable = false;
  for (let offset = FILE_HEADER_SIZE; offset < size; ) {
    signal.throwIfAborted();
    blocks += 1;
    if (blocks > MAX_BLOCKS) throw damaged(`it has more than ${MAX_BLOCKS} blocks`);
    const block = await readBlock(handle, offset, size, checksumSize);
    if (checksumSize > 0) await verifyChecksum(handle, block, buffer, signal);
    if (block.type === GCODE) {
      printable ||= block.dataSize > 0;
    } else if (block.type !== THUMBNAIL && texts.length < MAX_METADATA_BLOCKS) {
      texts.push(await metadataText(handle, block));
    }
    offset = block.end;
  }
  if (!printable) throw new Refusal('InvalidArgument', 'The binary g-code has no g-code block in it.');
  return texts.join('\n');
};
