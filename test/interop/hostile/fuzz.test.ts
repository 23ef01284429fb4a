import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import {
  AttributeIds,
  type ClientSession,
  DataType,
  MessageSecurityMode,
  makeBrowsePath,
  type OPCUAClient,
  SecurityPolicy,
  setErrorLogger,
  setWarningLogger,
} from 'node-opcua';
import { connect, logIn } from '../../support/opcua-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ADMIN_PASSWORD, createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createRandom, createSplitter, mutate } from './mutate.ts';

/** Another with FUZZ_SEED. */
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
const CONNECTIONS = 60;
/** ms that somebody else may wait. */
const LONGEST_WAIT = 1000;

const folder = temporaryFolder();
const pki = join(folder, 'client');
/** Of these the certificate in the first message is spoilt. */
const secure = {
  securityMode: MessageSecurityMode.Sign,
  securityPolicy: SecurityPolicy.Basic256Sha256,
};
let server: ServerProcess;

// The clients complain of each message that comes back spoilt.
setErrorLogger(() => {});
setWarningLogger(() => {});

test.before(async () => {
  server = await createServerProcess(join(folder, 'server'), { LOGGING_LEVEL: 'warn' });
  await server.start();
});
test.after.always(async () => {
  await server?.stop();
});

interface SpoilingProxy {
  readonly url: string;
  /** From now on, of the messages of connections that are there. */
  spoil(): void;
  spoilt(): number;
  cut(): void;
  close(): void;
}

const startProxy = async (seed: number): Promise<SpoilingProxy> => {
  const random = createRandom(seed);
  const target = new URL(server.opcuaUrl.replace('opc.tcp', 'http'));
  const sockets = new Set<Socket>();
  let spoils = false;
  let count = 0;
  const listener: Server = createServer(near => {
    const far = connectSocket(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    far.on('data', data => near.write(data));
    near.on(
      'data',
      createSplitter(chunk => {
        const isSpoilt = spoils && random.below(2) === 0;
        if (isSpoilt) count += 1;
        far.write(isSpoilt ? mutate(chunk, random) : chunk);
      }),
    );
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    url: `opc.tcp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    spoil() {
      spoils = true;
    },
    spoilt: () => count,
    cut() {
      spoils = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () => listener.close(),
  };
};

/** A request of each kind, answered or not. */
const askAll = (session: ClientSession): void => {
  const value = { nodeId: 'ns=3;s=MesPrinting/Accepting', attributeId: AttributeIds.Value };
  const texts = ['f-1', '', '', 'A-17', '', 'R-1'].map(text => ({ dataType: DataType.String, value: text }));
  const raw = session as unknown as Record<string, (request: object) => Promise<unknown>>;
  const asked: Promise<unknown>[] = [
    session.read([value, value]),
    session.write({ ...value, value: { value: { dataType: DataType.Boolean, value: true } } } as never),
    session.browse(['i=85', 'ns=3;s=Printers']),
    session.translateBrowsePath(makeBrowsePath('RootFolder', '/Objects/Server')),
    session.call({
      objectId: 'ns=3;s=Jobs',
      methodId: 'ns=3;s=Jobs.SubmitJob',
      inputArguments: texts,
    } as never),
    session.call({
      objectId: 'ns=3;s=Jobs',
      methodId: 'ns=3;s=Jobs.FindJobs',
      inputArguments: texts,
    } as never),
    raw.createSubscription?.({
      requestedPublishingInterval: 100,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    }) ?? Promise.resolve(),
    raw.createMonitoredItems?.({
      subscriptionId: 1,
      timestampsToReturn: 2,
      itemsToCreate: [
        {
          itemToMonitor: value,
          monitoringMode: 2,
          requestedParameters: { clientHandle: 1, samplingInterval: 0 },
        },
      ],
    }) ?? Promise.resolve(),
  ];
  for (const one of asked) one.catch(() => {});
};

const spoilOne = async (t: ExecutionContext, index: number): Promise<number> => {
  const proxy = await startProxy(SEED + index);
  let client: OPCUAClient | undefined;
  try {
    // Every third is spoilt from its first message on: no session comes about then.
    if (index % 3 === 0) proxy.spoil();
    const security = index % 6 === 0 ? secure : {};
    const connecting = connect({ url: proxy.url, pki, keepSessionAlive: false, ...security });
    connecting.catch(() => {});
    client = await Promise.race([connecting, sleep(1000, undefined)]);
    if (client !== undefined) {
      const opening = logIn(client, 'admin', ADMIN_PASSWORD);
      opening.catch(() => {});
      const session = await Promise.race([opening, sleep(1000, undefined)]);
      proxy.spoil();
      for (let round = 0; round < 5 && session !== undefined; round += 1) askAll(session);
      await sleep(100);
    }
  } catch (error) {
    t.true(error instanceof Error);
  }
  proxy.cut();
  proxy.close();
  void client?.disconnect().catch(() => {});
  return proxy.spoilt();
};

test.serial('spoilt messages hurt nobody but who sends them', async t => {
  const witness = await connect({ url: server.opcuaUrl, pki });
  const session = await witness.createSession();
  let longest = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const begin = performance.now();
      const { statusCode } = await session.read({ nodeId: 'i=2258', attributeId: AttributeIds.Value });
      t.is(statusCode.name, 'Good');
      longest = Math.max(longest, performance.now() - begin);
      await sleep(20);
    }
  })();
  let spoilt = 0;
  for (let index = 0; index < CONNECTIONS; index += 4) {
    const counts = await Promise.all([0, 1, 2, 3].map(one => spoilOne(t, index + one)));
    spoilt += counts.reduce((sum, count) => sum + count, 0);
  }
  over = true;
  await watching;
  t.log(`${spoilt} spoilt messages, the longest wait ${longest.toFixed(0)} ms`);
  t.true(spoilt > 300, String(spoilt));
  t.true(longest < LONGEST_WAIT, `${longest} ms`);
  t.true(server.isRunning());
  const log = readFileSync(server.logFile, 'utf8');
  t.deepEqual(
    log.split('\n').filter(line => line.includes('A fault that nobody caught')),
    [],
  );
  await witness.disconnect();
});

const bytes = (value: Buffer | null): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32LE(value === null ? -1 : value.length);
  return value === null ? length : Buffer.concat([length, value]);
};

/** OpenSecureChannel as far as it can be read without keys (OPC 10000-6, 6.7.2.3), then noise. */
const openChannel = (certificate: Buffer | null, thumbprint: Buffer, noise: Buffer): Buffer => {
  const chunk = Buffer.concat([
    Buffer.from('OPNF\0\0\0\0\0\0\0\0', 'latin1'),
    bytes(Buffer.from(SecurityPolicy.Basic256Sha256)),
    bytes(certificate),
    bytes(thumbprint),
    noise,
  ]);
  chunk.writeUInt32LE(chunk.length, 4);
  return chunk;
};

const hello = (url: string): Buffer => {
  const limits = Buffer.alloc(20);
  for (const at of [4, 8]) limits.writeUInt32LE(65_536, at);
  const chunk = Buffer.concat([Buffer.from('HELF\0\0\0\0', 'latin1'), limits, bytes(Buffer.from(url))]);
  chunk.writeUInt32LE(chunk.length, 4);
  return chunk;
};

test.serial('certificates of noise, cut short or spoilt, open no channel and hurt nobody', async t => {
  const random = createRandom(SEED);
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));
  const witness = await connect({ url: server.opcuaUrl, pki });
  const own = (await witness.getEndpoints()).find(
    ({ securityMode }) => securityMode === MessageSecurityMode.Sign,
  );
  const real = own?.serverCertificate ?? Buffer.alloc(0);
  t.true(real.length > 500);
  const thumbprint = createHash('sha1').update(real).digest();
  const target = new URL(server.opcuaUrl.replace('opc.tcp', 'http'));
  let ended = 0;
  const send = async (certificate: Buffer | null): Promise<void> => {
    const socket = connectSocket(Number(target.port), target.hostname);
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    let answer = '';
    socket.on('data', data => {
      answer += data.toString('latin1');
    });
    socket.write(hello(server.opcuaUrl));
    await once(socket, 'data');
    socket.write(openChannel(certificate, thumbprint, noise(256 * (1 + random.below(2)))));
    // Its handshake has a limit of 3 s.
    await Promise.race([closed, sleep(5000, undefined, { ref: false })]);
    t.false(answer.includes('OPNF'));
    if (socket.destroyed) ended += 1;
    socket.destroy();
  };
  const spoilt = (): Buffer => {
    const copy = Buffer.from(real);
    for (let count = 1 + random.below(5); count > 0; count -= 1)
      copy[random.below(copy.length)] = random.below(256);
    return copy;
  };
  const kinds = [
    () => null,
    () => Buffer.alloc(0),
    () => noise(1 + random.below(2000)),
    () => real.subarray(0, random.below(real.length)),
    () => Buffer.concat([real, noise(random.below(100))]),
    spoilt,
    spoilt,
    spoilt,
  ];
  for (let round = 0; round < 15; round += 1) await Promise.all(kinds.map(kind => send(kind())));
  t.is(ended, 15 * kinds.length);
  t.true(server.isRunning());
  t.truthy(await witness.createSession());
  await witness.disconnect();
  const log = readFileSync(server.logFile, 'utf8');
  t.deepEqual(
    log.split('\n').filter(line => line.includes('A fault that nobody caught')),
    [],
  );
});
