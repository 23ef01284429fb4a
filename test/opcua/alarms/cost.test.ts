import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { type AddressSpace, type BaseNode, OPCUACertificateManager } from 'node-opcua';
import { installAlarms } from '../../../src/opcua/alarms/install-alarms.ts';
import { installPrinterNodes } from '../../../src/opcua/nodes/printer-nodes.ts';
import { createPrinterObjects } from '../../../src/opcua/nodes/printer-objects.ts';
import { createAddressSpace, has } from '../../support/address-space.ts';
import { createTestApp } from '../../support/app.ts';
import { snapshotOf } from '../../support/fakes.ts';
import { until } from '../../support/until.ts';

const nodesOf = (space: AddressSpace): number => {
  const namespace = space.getNamespace(3) as unknown as { nodeIterator(): Iterable<BaseNode> };
  return [...namespace.nodeIterator()].length;
};

const makeCertificate = async (): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'alarms-cost-'));
  const manager = new OPCUACertificateManager({ rootFolder: folder, keySize: 2048 });
  await manager.initialize();
  const outputFile = join(folder, 'certificate.pem');
  await manager.createSelfSignedCertificate({
    applicationUri: 'urn:test',
    dns: ['localhost'],
    outputFile,
    startDate: new Date(),
    subject: '/CN=Test',
    validity: 3650,
  });
  await manager.dispose();
  return outputFile;
};

test('two hundred alarms that come and go leave no node and no listener behind', async t => {
  const addressSpace = await createAddressSpace();
  const app = await createTestApp();
  const { store, commit, live, clock, log } = app;
  await app.addPrinter('P1');
  const printerObjects = createPrinterObjects();
  const certificateFile = await makeCertificate();
  const parts = [
    installPrinterNodes({ addressSpace, printerObjects, store, commit, live, clock, log }),
    installAlarms({
      ...{ addressSpace, printerObjects, store, commit, live, clock, log, certificateFile },
      central: () => ({ enabled: false, connected: false, lastPush: null }),
      actorOf: () => undefined,
    }),
  ];
  for (const part of parts) await part.start();
  const before = nodesOf(addressSpace);
  const methods = () => addressSpace.findNode('i=9111')?.allReferences().length;
  const methodsBefore = methods();
  const id = 'Printers/P1/Alarms/Attention';
  for (let count = 0; count < 200; count += 1) {
    app.live.write('P1', snapshotOf('attention'));
    clock.advance(3000);
    app.live.write('P1', snapshotOf('attention'));
    // Its variables come later than the condition: some go before they are there.
    const last = count % 10 === 0 ? `${id}/NormalState` : id;
    await until('it has its nodes', () => has(addressSpace, last));
    app.live.write('P1', snapshotOf('idle'));
    clock.advance(3000);
    app.live.write('P1', snapshotOf('idle'));
    await until('it goes', () => !has(addressSpace, id));
  }
  t.is(nodesOf(addressSpace), before);
  t.is(methods(), methodsBefore);
  for (const part of parts.toReversed()) await part.stop();
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'error'),
    [],
  );
  addressSpace.dispose();
  await app.close();
});
