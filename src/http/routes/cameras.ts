import type { Application } from '../../app/application.ts';
import { callerOf, type HttpRouter } from '../context.ts';
import { mjpegViewer } from '../mjpeg-viewer.ts';
import { printerPaths } from './printers.ts';

/** The addresses of the cameras are in no answer. */
export const addCameraRoutes = (router: HttpRouter, application: Application): void => {
  for (const { path, find } of printerPaths(application)) {
    router.get(`${path}/camera/stream`, async ctx => {
      const { printer } = await find(ctx);
      const viewer = mjpegViewer(ctx.res);
      const token = ctx.state.token ?? '';
      const leave = await application.watchCamera(callerOf(ctx), printer.name, viewer, token);
      if (ctx.res.destroyed || ctx.method === 'HEAD') {
        leave();
        ctx.type = 'multipart/x-mixed-replace';
        ctx.status = 200;
        return;
      }
      ctx.res.once('close', leave);
      await viewer.begun;
      ctx.respond = false;
    });

    router.get(`${path}/camera/snapshot`, async ctx => {
      const { printer } = await find(ctx);
      const { type, bytes } = await application.takePicture(callerOf(ctx), printer.name);
      ctx.type = type;
      ctx.body = Buffer.from(bytes);
    });
  }
};
