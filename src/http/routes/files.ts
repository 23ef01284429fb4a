import type { Application } from '../../app/application.ts';
import { nothingSchema } from '../../contract/common.ts';
import { type FilePageJson, findFilesSchema, publishFileSchema } from '../../contract/file.ts';
import { hasNoBody, readJson } from '../body/json-body.ts';
import type { Uploads } from '../body/upload.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { fileJson } from '../json/file-json.ts';
import { HttpProblem } from '../problem.ts';
import { readQuery } from '../query.ts';

/** Types that say that the body is the file itself. */
const rawTypes = [
  'application/octet-stream',
  'text/plain',
  'text/x.gcode',
  'text/x-gcode',
  'application/x-gcode',
];

export const addFileRoutes = (router: HttpRouter, application: Application, uploads: Uploads): void => {
  router.post('/files', async ctx => {
    if (hasNoBody(ctx)) {
      throw new HttpProblem(400, 'InvalidArgument', 'The request has no body: send the file in it.');
    }
    if (!uploads.isForm(ctx) && !ctx.is(rawTypes)) {
      throw new HttpProblem(
        415,
        'UnsupportedMediaType',
        'Send multipart/form-data with a part named file, or application/octet-stream and ?name=part.gcode.',
      );
    }
    const file = uploads.isForm(ctx)
      ? (await uploads.receiveForm(ctx, nothingSchema)).file
      : await uploads.receiveRaw(ctx);
    ctx.status = 201;
    ctx.set('Location', `/api/v1/files/${file.id}`);
    ctx.body = fileJson(file);
  });

  router.get('/files', async ctx => {
    const { user_id: owner, after, limit } = readQuery(ctx, findFilesSchema);
    // One more tells whether there is a next page.
    const found = await application.findFiles(callerOf(ctx), { owner, after, maxCount: limit + 1 });
    const shown = found.slice(0, limit);
    const body: FilePageJson = {
      files: shown.map(fileJson),
      next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
    };
    ctx.body = body;
  });

  router.get('/files/:id', async ctx => {
    ctx.body = fileJson(await application.getFile(callerOf(ctx), ctx.params.id ?? ''));
  });

  router.patch('/files/:id', async ctx => {
    const { part_name } = await readJson(ctx, publishFileSchema);
    ctx.body = fileJson(await application.publishFile(callerOf(ctx), ctx.params.id ?? '', part_name));
  });
};
