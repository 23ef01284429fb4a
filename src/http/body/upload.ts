import { PassThrough } from 'node:stream';
import type { z } from 'zod';
import type { Application } from '../../app/application.ts';
import { FileTooLarge } from '../../app/ports.ts';
import { uploadQuerySchema } from '../../contract/file.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';
import { callerOf, type RouteContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { readQuery } from '../query.ts';
import { wantBody } from './continue.ts';
import { readForm, type SaveFile } from './form.ts';
import type { UploadPlaces } from './upload-places.ts';
import { type UploadPace, watchUpload } from './upload-watch.ts';

/** Boundaries and fields of a multipart body beside its file. */
const FORM_OVERHEAD = 64 * 1024;

export interface UploadDeps {
  readonly application: Application;
  readonly places: UploadPlaces;
  readonly maxBytes: number;
  readonly pace: UploadPace;
}

export interface Uploads {
  /** Whether the request carries multipart/form-data. */
  isForm(ctx: RouteContext): boolean;
  /**
   * Stores the part `file`, unless the fields beside it are wrong.
   * @throws HttpProblem 422 when there is none
   * @throws ZodError
   */
  receiveForm<Fields>(
    ctx: RouteContext,
    fields: z.ZodType<Fields>,
  ): Promise<{ readonly fields: Fields; readonly file: GcodeFile }>;
  /** Stores a body that is the file itself; its name stands in the query. */
  receiveRaw(ctx: RouteContext): Promise<GcodeFile>;
}

/** Uploads stream into the file store: constant memory, refused early when they are too large. */
export const createUploads = ({ application, places, maxBytes, pace }: UploadDeps): Uploads => {
  const receive = <T>(
    ctx: RouteContext,
    limit: number,
    work: (save: SaveFile, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    if ((ctx.request.length ?? 0) > limit) throw new FileTooLarge(maxBytes);
    const actor = callerOf(ctx);
    return places.run(actor.accountId, async () => {
      const watch = watchUpload(ctx.req, pace);
      let stored: GcodeFile | undefined;
      try {
        wantBody(ctx);
        return await work(async (name, content) => {
          stored = await application.storeFile(actor, name, content, watch.signal);
          return stored;
        }, watch.signal);
      } catch (error) {
        // The file was whole, what came with it was not.
        if (stored) await application.discardFile(actor, stored.id);
        throw error;
      } finally {
        watch.end();
      }
    });
  };

  return {
    isForm: ctx => Boolean(ctx.is('multipart/form-data')),

    receiveForm(ctx, schema) {
      return receive(ctx, maxBytes + FORM_OVERHEAD, async (save, signal) => {
        const { fields, file } = await readForm(ctx.req, save, signal);
        if (!file)
          throw new HttpProblem(
            422,
            'InvalidArgument',
            'The part named file is missing: curl sends it with -F file=@part.gcode.',
          );
        return { fields: schema.parse(fields), file };
      });
    },

    async receiveRaw(ctx) {
      const { name } = readQuery(ctx, uploadQuerySchema);
      return receive(ctx, maxBytes, (save, signal) => {
        // The store ends its stream when it refuses; the connection has to live on for the answer.
        const content = new PassThrough();
        content.on('error', () => {});
        content.on('close', () => ctx.req.unpipe(content));
        signal.addEventListener('abort', () => content.destroy(), { once: true });
        ctx.req.pipe(content);
        return save(name, content);
      });
    },
  };
};
