import test from 'ava';
import type { Cameras, CameraViewer, Picture } from '../../../src/app/ports.ts';
import { createTestApp, PASSWORD, required } from '../../support/app.ts';
import { refused } from '../../support/refused.ts';
import { until } from '../../support/until.ts';

const picture: Picture = { type: 'image/jpeg', bytes: Buffer.from('picture') };

const setUp = async () => {
  const looking = new Set<CameraViewer>();
  const cameras: Cameras = {
    async watch(_, viewer) {
      looking.add(viewer);
      return () => void looking.delete(viewer);
    },
    picture: async () => picture,
  };
  const app = await createTestApp({ cameras });
  await app.addPrinter('Printer1');
  const { token } = await app.application.logIn('operator', PASSWORD);
  const seen: Picture[] = [];
  const ends: string[] = [];
  const viewer: CameraViewer = {
    show: taken => void seen.push(taken),
    end: reason => void ends.push(reason),
  };
  const watch = () => app.application.watchCamera(app.actors.operator, 'Printer1', viewer, token);
  const send = () => {
    for (const one of looking) one.show(picture);
  };
  return { ...app, token, looking, seen, ends, watch, send };
};

test('no picture is shown once the log-in has expired', async t => {
  const { clock, looking, seen, ends, watch, send } = await setUp();
  await watch();
  clock.advance(12 * 3_600_000 - 1);
  send();
  t.is(seen.length, 1);
  clock.advance(1);
  send();
  t.is(seen.length, 1);
  t.deepEqual(ends, ['the log-in has expired']);
  t.is(looking.size, 0);
});

test('whoever has logged out sees nothing, also when it was while the camera was reached', async t => {
  const { application, token, looking, ends, watch } = await setUp();
  const watching = watch();
  await application.logOut(token);
  const outcome = await watching.then(
    () => ends.join(),
    (error: Error) => error.message,
  );
  t.regex(outcome, /log-in has ended/);
  t.is(looking.size, 0);
  await refused(t, 'NotPermitted', watch);
});

const changes = {
  url: 'http://other',
  apiKey: 'another',
  username: 'maker',
  cameraUrl: 'http://camera.lab',
};
for (const [field, value] of Object.entries(changes)) {
  test(`nobody looks on when another ${field} may show another machine`, async t => {
    const { application, actors, store, put, looking, ends, watch } = await setUp();
    const printer = required(await store.get('printers', 1), 'printer');
    await put('printers', { ...printer, api: 'PrusaLink', url: 'http://printer' });
    await watch();
    await application.changePrinter(actors.admin, 'Printer1', { group: 'other' });
    t.deepEqual(ends, []);
    await application.changePrinter(actors.admin, 'Printer1', { [field]: value });
    await until('the end', () => ends.length > 0);
    t.deepEqual(ends, ['the printer was changed']);
    t.is(looking.size, 0);
  });
}
