import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import type { StoredUpload } from '../../src/app/ports.ts';
import type { RefusalName } from '../../src/domain/refusal.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { createFileStorage } from '../../src/files/file-storage.ts';
import { memoryLog } from '../support/fakes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A storage in a folder of its own, with what one wants to know of it. */
export const openStorage = async (maxBytes = 10_000_000) => {
  const folder = temporaryFolder();
  const storage = createFileStorage({ folder, maxBytes, log: memoryLog() });
  await storage.start();
  return {
    storage,
    folder,
    names: () => readdir(folder),
    save: (name: string, content: Iterable<Buffer> | AsyncIterable<Buffer> | string | Buffer) =>
      storage.save(
        name,
        typeof content === 'string' || Buffer.isBuffer(content)
          ? Readable.from([Buffer.from(content)])
          : Readable.from(content),
        new AbortController().signal,
      ),
  };
};

/** Asserts that the upload is refused and that nothing of it is left; returns the message. */
export const refused = async (
  t: ExecutionContext,
  fixture: { names(): Promise<string[]> },
  upload: Promise<StoredUpload>,
  code: RefusalName = 'InvalidArgument',
): Promise<string> => {
  const error = await t.throwsAsync(upload, { instanceOf: Refusal });
  t.is(error.code, code);
  t.true(error.message.length <= 200, error.message);
  t.deepEqual(await fixture.names(), []);
  return error.message;
};

export const simpleGcode = '; made by hand\nG28\nG1 X10 Y10 F3000\nM104 S0\n';
