import test from 'ava';
import fc from 'fast-check';
import { bgcode, gcodeBlock, sampleBlocks } from './bgcode-fixture.ts';
import { openStorage, refused } from './storage-fixture.ts';

for (const checksums of [true, false]) {
  test(`the metadata blocks are read, ${checksums ? 'with' : 'without'} checksums`, async t => {
    const { save } = await openStorage();
    const stored = await save('part.bgcode', bgcode(sampleBlocks, checksums));
    t.is(stored.kind, 'bgcode');
    t.deepEqual(stored.metadata, {
      slicer: 'PrusaSlicer 2.8.0',
      printTime: 3723,
      printerModel: 'XL4IS',
      nozzleDiameter: 0.4,
      material: 'PETG',
      filamentWeight: 12.5,
      layerHeight: 0.2,
      bedSize: null,
    });
  });
}

const whole = bgcode(sampleBlocks);
const flipped = Buffer.from(whole);
flipped[40] = (flipped[40] ?? 0) ^ 1;

for (const [what, content, message] of [
  ['text under its extension', Buffer.from('G28\nG1 X1\n'), /GCDE/],
  ['a header alone', whole.subarray(0, 8), /cut off/],
  ['a cut-off file', whole.subarray(0, -3), /cut off/],
  ['a changed byte', flipped, /checksum/],
  ['another version', bgcode(sampleBlocks, true, 9), /version 9/],
  ['no g-code in it', bgcode(sampleBlocks.slice(0, -1)), /no g-code block/],
  ['a size beyond the end', bgcode([{ ...gcodeBlock, claimedSize: 0xffffffff }]), /cut off/],
  [
    'a size beyond the end, unguarded',
    bgcode([{ ...gcodeBlock, claimedSize: 0xffffffff }], false),
    /cut off/,
  ],
  ['a cut-off file, unguarded', bgcode(sampleBlocks, false).subarray(0, -3), /cut off/],
  ['an unknown block type', bgcode([{ type: 77, data: Buffer.alloc(1) }]), /block type 77/],
] as const) {
  test(`binary g-code is refused: ${what}`, async t => {
    const fixture = await openStorage();
    t.regex(await refused(t, fixture, fixture.save('part.bgcode', content)), message);
  });
}

test('metadata that unpacks to more than its limit is refused without unpacking it', async t => {
  const fixture = await openStorage();
  const bomb = { type: 2, deflate: true, data: Buffer.alloc(20_000_000), claimedSize: 10 };
  const upload = fixture.save('bomb.bgcode', bgcode([bomb, gcodeBlock]));
  t.regex(await refused(t, fixture, upload), /cannot be unpacked/);
});

test('damage anywhere is refused or harmless, never an error of another kind', async t => {
  const { save } = await openStorage();
  const plain = bgcode(sampleBlocks, false);
  await fc.assert(
    fc.asyncProperty(fc.nat(plain.length - 1), fc.nat(255), fc.nat(20), async (at, value, cut) => {
      const damaged = Buffer.from(plain.subarray(0, plain.length - cut));
      if (at < damaged.length) damaged[at] = value;
      await save('part.bgcode', damaged).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'Refusal')) throw error;
      });
    }),
    { numRuns: 100 },
  );
  t.pass();
});
