/** Spoils messages of OPC UA, the same way for the same seed. */
export interface Random {
  /** A whole number from 0 below the limit. */
  below(limit: number): number;
}

/** mulberry32 */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return {
    below(limit) {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    },
  };
};

/** Type, size, channel, token, sequence number and request (OPC 10000-6, 6.7.2). */
const HEADERS = 24;
const lengths = [-1, -2, 0, 1, 0x7fff_ffff, -0x8000_0000, 65_536, 100_001, 5_000_000];
const types = ['MSGF', 'MSGC', 'MSGA', 'OPNF', 'CLOF', 'HELF', 'ACKF', 'XXXX'];

/** One chunk, whole; the same length unless it says another. */
export const mutate = (chunk: Buffer, random: Random): Buffer => {
  const spoilt = Buffer.from(chunk);
  const inBody = (room: number): number => HEADERS + random.below(Math.max(1, chunk.length - HEADERS - room));
  switch (random.below(10)) {
    case 0:
      spoilt.write(types[random.below(types.length)] ?? 'XXXX', 0, 'latin1');
      return spoilt;
    case 1:
      spoilt.writeUInt32LE(random.below(2 ** 31), 4 * (1 + random.below(5)));
      return spoilt;
    case 2: {
      const cut = spoilt.subarray(0, inBody(0));
      cut.writeUInt32LE(cut.length, 4);
      return cut;
    }
    case 3: {
      const longer = Buffer.concat([spoilt, Buffer.alloc(1 + random.below(2000), random.below(256))]);
      longer.writeUInt32LE(longer.length, 4);
      return longer;
    }
    case 4:
    case 5:
    case 6:
      if (chunk.length > HEADERS + 4) {
        spoilt.writeInt32LE(lengths[random.below(lengths.length)] ?? 0, inBody(4));
      }
      return spoilt;
    default:
      for (let count = 1 + random.below(4); count > 0; count -= 1) spoilt[inBody(0)] = random.below(256);
      return spoilt;
  }
};

/** Cuts a stream into chunks, by the size that each says. */
export const createSplitter = (take: (chunk: Buffer) => void): ((data: Buffer) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  return data => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 8 && rest.length >= rest.readUInt32LE(4)) {
      const size = Math.max(8, rest.readUInt32LE(4));
      take(rest.subarray(0, size));
      rest = rest.subarray(size);
    }
  };
};
