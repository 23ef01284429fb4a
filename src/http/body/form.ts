import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { HttpProblem } from '../problem.ts';

const limits = { files: 1, fields: 20, parts: 21, fieldSize: 1024, headerPairs: 50 };

export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: GcodeFile | undefined;
}

export type SaveFile = (name: string, content: Readable) => Promise<GcodeFile>;

const malformed = (why: string): HttpProblem =>
  new HttpProblem(400, 'InvalidArgument', `The multipart body is malformed or cut off: ${why}.`);

const openForm = (request: IncomingMessage): busboy.Busboy => {
  try {
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'no boundary');
  }
};

/**
 * Reads multipart/form-data as it arrives: the part named `file` streams into `save`, the fields are kept.
 * Rejects once everything it started has ended.
 */
export const readForm = (request: IncomingMessage, save: SaveFile, signal: AbortSignal): Promise<Form> => {
  const form = openForm(request);
  const fields: Record<string, string> = Object.create(null);
  let saving: Promise<GcodeFile> | undefined;

  return new Promise<Form>((resolve, reject) => {
    let failed = false;
    const fail = (error: unknown): void => {
      if (failed) return;
      failed = true;
      request.unpipe(form);
      form.destroy();
      Promise.allSettled([saving]).then(() => reject(error));
    };

    form.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) fail(malformed(`the field ${name.slice(0, 40)} is too long`));
      else fields[name] = value;
    });
    form.on('file', (name, content, { filename }) => {
      content.on('error', () => {}); // `save` sees it as well.
      if (name !== 'file') {
        fail(malformed('the file belongs in the part named file'));
        return;
      }
      saving = save(filename ?? '', content);
      saving.catch(fail);
    });
    form.on('filesLimit', () => fail(malformed('it holds more than one file')));
    form.on('fieldsLimit', () => fail(malformed('it has too many fields')));
    form.on('partsLimit', () => fail(malformed('it has too many parts')));
    form.on('error', error => fail(malformed(error instanceof Error ? error.message : 'unreadable')));
    form.on('close', () => {
      if (failed) return;
      Promise.resolve(saving).then(file => resolve({ fields: { ...fields }, file }), fail);
    });
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    request.pipe(form);
  });
};
