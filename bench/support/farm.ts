import { newBed } from '../../src/domain/bed.ts';
import type { Printer } from '../../src/domain/printer.ts';
import { nodeDisk } from '../../src/store/disk.ts';
import { openStore } from '../../src/store/open-store.ts';
import { KEY, USERNAME } from '../hosts/host.ts';
import type { HostAddress } from '../hosts/main.ts';

export const printerNameOf = (index: number): string => `Printer${index + 1}`;

const rowOf = ({ kind, port }: HostAddress, index: number, createTime: string): Printer => {
  const name = printerNameOf(index);
  return {
    id: index + 1,
    name,
    nameKey: name.toLowerCase(),
    api: kind,
    url: `http://127.0.0.1:${port}`,
    apiKey: KEY,
    username: kind === 'PrusaLink' ? USERNAME : '',
    group: 'bench',
    model: '',
    nozzleDiameter: null,
    material: '',
    cameraUrl: '',
    worker: true,
    maintenance: { on: false, reason: '' },
    removed: false,
    createTime,
  };
};

/** A data folder with a printer for each host, their beds clear. */
export const populateFarm = async (folder: string, hosts: readonly HostAddress[]): Promise<void> => {
  const silent = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => silent };
  const store = await openStore({ folder, disk: nodeDisk, log: silent });
  const time = new Date().toISOString();
  await store.transaction(async tx => {
    for (const [index, host] of hosts.entries()) {
      const row = rowOf(host, index, time);
      tx.put('printers', row);
      tx.put('beds', newBed(row, time, true));
    }
    tx.put('counters', { id: 'printers', last: hosts.length });
  });
  await store.close();
};
