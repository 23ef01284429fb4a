import test from 'ava';
import fc from 'fast-check';
import { boundaryOf, MAX_PICTURE, picturesOf, pictureTypeOf } from '../../../src/printers/camera/mjpeg.ts';

async function* inChunks(data: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let index = 0; at < data.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield data.subarray(at, at + size);
    at += size;
  }
}

const allOf = async (data: Buffer, sizes: readonly number[] = [data.length]): Promise<string[]> => {
  const pictures: string[] = [];
  for await (const { type, bytes } of picturesOf(inChunks(data, sizes), 'b')) {
    pictures.push(`${type} ${Buffer.from(bytes).toString('latin1')}`);
  }
  return pictures;
};

test('only pictures that hold no script count as pictures', async t => {
  t.is(pictureTypeOf('image/JPEG; q=1'), 'image/jpeg');
  t.is(pictureTypeOf('image/png'), 'image/png');
  t.is(pictureTypeOf('image/svg+xml'), undefined);
  t.is(pictureTypeOf('text/html'), undefined);
  const part = Buffer.from('--b\r\nContent-Type: image/svg+xml\r\nContent-Length: 1\r\n\r\nx');
  t.deepEqual(await allOf(part), ['image/jpeg x']);
});

test('the boundary is read as cameras write it', t => {
  t.is(boundaryOf('multipart/x-mixed-replace;boundary=boundarydonotcross'), 'boundarydonotcross');
  t.is(boundaryOf('Multipart/X-Mixed-Replace; charset=x; boundary="a b"'), 'a b');
  t.is(boundaryOf('multipart/x-mixed-replace; boundary=--frame'), 'frame');
  t.is(boundaryOf('video/mp4'), undefined);
  t.is(boundaryOf('multipart/x-mixed-replace'), undefined);
});

test('pictures with a length and without one, however the stream is cut', async t => {
  const stream = Buffer.from(
    '--b\r\nContent-Type: image/jpeg\r\nContent-Length: 7\r\n\r\none--bx\r\n' +
      '--b\r\nContent-Type: image/png\r\n\r\ntwo\r\n' +
      '--b\r\nX-Timestamp: 1\r\n\r\nthree\r\n--b\r\n',
    'latin1',
  );
  const expected = ['image/jpeg one--bx', 'image/png two', 'image/jpeg three'];
  t.deepEqual(await allOf(stream), expected);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
      async sizes => {
        t.deepEqual(await allOf(stream, sizes), expected);
      },
    ),
    { numRuns: 50 },
  );
});

test('what would fill the memory ends the stream', async t => {
  const head = '--b\r\nContent-Type: image/jpeg\r\n';
  await t.throwsAsync(allOf(Buffer.from(`${head}Content-Length: ${MAX_PICTURE + 1}\r\n\r\n`)), {
    message: /larger than 4 MB/,
  });
  const endless = Buffer.concat([Buffer.from(`${head}\r\n`), Buffer.alloc(MAX_PICTURE + 100_000, 'x')]);
  await t.throwsAsync(allOf(endless, [1024 * 1024]), { message: /larger than 4 MB/ });
  await t.throwsAsync(allOf(Buffer.from(`--b\r\nX: ${'y'.repeat(9000)}`)), { message: /too long/ });
  await t.throwsAsync(allOf(Buffer.alloc(9000, 'z')), { message: /no picture/ });
});

/** One picture of that size, without a length so that its end is searched for, in small chunks. */
const costOf = async (size: number): Promise<number> => {
  const head = Buffer.from('--b\r\nContent-Type: image/jpeg\r\n\r\n');
  const stream = Buffer.concat([head, Buffer.alloc(size, '-'), Buffer.from('\r\n--b\r\n')]);
  const runs: number[] = [];
  for (let run = 0; run < 3; run++) {
    const begin = process.cpuUsage();
    let count = 0;
    for await (const { bytes } of picturesOf(inChunks(stream, [1024]), 'b')) count += bytes.length;
    const { user, system } = process.cpuUsage(begin);
    if (count !== size) throw new Error(`${count} bytes came.`);
    runs.push((user + system) / 1000);
  }
  return Math.min(...runs);
};

test('a picture costs in proportion to its size', async t => {
  const [small, large] = [128 * 1024, MAX_PICTURE - 1024];
  await costOf(small);
  const ratio = (await costOf(large)) / Math.max(0.5, await costOf(small));
  // 32 times as large; what is quadratic would cost 1000 times as much.
  t.true(ratio < 200, `${ratio}`);
});
