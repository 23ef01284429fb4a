import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import type { PrinterApi } from '../../src/domain/printer.ts';
import { createMoonrakerDriver } from '../../src/printers/drivers/moonraker/moonraker.ts';
import { createOctoPrintDriver } from '../../src/printers/drivers/octoprint/octoprint.ts';
import { createPrusaLinkDriver } from '../../src/printers/drivers/prusalink/prusalink.ts';
import { createPrinterProbe } from '../../src/printers/probe.ts';
import { driversFor } from '../support/drivers.ts';
import { startFakeMoonraker } from '../support/fake-moonraker.ts';
import { startFakeOctoPrint } from '../support/fake-octoprint.ts';
import { steppingClock } from '../support/one-printer.ts';
import { startBuddyPrinter } from '../support/prusalink/buddy/buddy-printer.ts';

const clock = steppingClock();
const drivers = driversFor({
  Moonraker: printer => createMoonrakerDriver(printer, { clock }),
  OctoPrint: printer => createOctoPrintDriver(printer, { clock }),
  PrusaLink: printer => createPrusaLinkDriver(printer, { clock }),
});
const probe = createPrinterProbe({ drivers, clock });
const look = (api: PrinterApi, url: string, apiKey = 'some-key') =>
  probe.probe({ name: 'P', nameKey: 'p', api, url, apiKey });

const hosts = {
  Moonraker: startFakeMoonraker,
  OctoPrint: startFakeOctoPrint,
  PrusaLink: startBuddyPrinter,
};
for (const there of ['Moonraker', 'OctoPrint', 'PrusaLink'] as const) {
  test(`a host of ${there} is named to whoever takes it for another kind, and for its own it is the key`, async t => {
    const host = await hosts[there]();
    t.teardown(() => host.stop());
    for (const wanted of ['Moonraker', 'OctoPrint', 'PrusaLink'] as const) {
      const { problem, reached } = await look(wanted, host.url);
      t.true(reached, wanted);
      if (wanted === there) t.is(problem?.code, 'unauthorized', wanted);
      else
        t.deepEqual(problem, {
          step: 'kind',
          code: 'wrongKind',
          message: `${there} answers at ${host.url}, not ${wanted}: use "api": "${there}".`,
        });
    }
  });
}

/** Answers as told by path, else 404, and remembers who sent a key where. */
const startHost = async (
  t: { teardown(fn: () => void): void },
  answers: Readonly<Record<string, { status?: number; headers?: Record<string, string>; body?: unknown }>>,
) => {
  const keyless: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers['x-api-key'] === undefined) keyless.push(request.url ?? '');
    const { status = 200, headers = {}, body = {} } = answers[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keyless };
};

test("a Raspberry Pi's PrusaLink and a Moonraker that imitates OctoPrint are known without a key", async t => {
  const realm = 'Digest realm="Administrator", nonce="1", qop="auth", algorithm="MD5-sess"';
  const pi = await startHost(t, { '/api/version': { status: 401, headers: { 'WWW-Authenticate': realm } } });
  t.regex((await look('OctoPrint', pi.url)).problem?.message ?? '', /use "api": "PrusaLink"/);
  t.deepEqual(pi.keyless, ['/plugin/appkeys/probe', '/server/info', '/api/version']);
  const imitator = await startHost(t, {
    '/server/info': { body: { result: { moonraker_version: 'v0.11.0' } } },
    '/api/version': { body: { server: '1.5.0', api: '0.1', text: 'OctoPrint (Moonraker v0.11.0)' } },
  });
  t.regex((await look('PrusaLink', imitator.url)).problem?.message ?? '', /use "api": "Moonraker"/);
});

test('what is none of them, and what says nothing more, keeps the words of the driver', async t => {
  const page = await startHost(t, { '/api/version': { body: { hello: 'world' } } });
  for (const api of ['Moonraker', 'OctoPrint', 'PrusaLink'] as const) {
    const { problem } = await look(api, page.url);
    t.is(problem?.code, 'wrongKind');
    t.regex(problem?.message ?? '', new RegExp(`is no ${api}\\.`));
  }
  // It answers the driver, and nobody without a key.
  const mute = createServer((request, response) => {
    if (request.headers['x-api-key'] !== undefined) response.writeHead(404).end();
  });
  await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    mute.closeAllConnections();
    mute.close();
  });
  const hasty = createPrinterProbe({ drivers, clock, timeout: 300 });
  const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const target = { name: 'P', nameKey: 'p', api: 'Moonraker', url, apiKey: 'k' } as const;
  t.is((await hasty.probe(target)).problem?.code, 'wrongKind');
});
