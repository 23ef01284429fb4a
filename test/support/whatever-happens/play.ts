/** A lab with two printers in which anything may happen, until it may not any more: then everything comes to an end. */
import type { Application } from '../../../src/app/application.ts';
import type { FileStorage } from '../../../src/app/ports.ts';
import { type Actor, actorOf, type Role } from '../../../src/domain/account.ts';
import { openStatuses } from '../../../src/domain/job-status.ts';
import { memoryDisk } from '../../../src/store/memory-disk.ts';
import { emptyMetadata, memoryLog } from '../fakes.ts';
import { outcomeOf } from '../lab/outcome-of.ts';
import { type ServerProcess, startServerProcess } from '../lab/server-process.ts';
import { createVirtualTime, inVirtualTime, type VirtualTime } from '../lab/virtual-time.ts';
import { createMachine, type Machine } from './machine.ts';
import { type AtPrinter, type PrinterName, type Step, told } from './steps.ts';
import { createWatch } from './watch.ts';

const settings = { workerInterval: 5, printerLostAfter: 900, parallelUploads: 2 };
/** s that our process is away when it was killed. */
const DOWN_TIME = 4;
/** Rounds of a minute until nothing may be open any more. */
const MOST_ROUNDS = 60;

const files: FileStorage = {
  save: () => Promise.reject(new Error('not here')),
  pathOf: () => '/nowhere',
  exists: async () => true,
  remove: async () => undefined,
};

/** @returns what should not have been; empty when all is well */
export const play = (steps: readonly Step[]): Promise<string> => {
  const time = createVirtualTime();
  return inVirtualTime(time, async () => {
    const lab = await createLab(time);
    for (const step of steps) {
      await lab.take(step);
      if ((await lab.wrong()) !== '') break;
    }
    const wrong = (await lab.wrong()) || (await lab.drain());
    return wrong === '' ? '' : `${wrong}\nafter\n${told(steps)}\n${lab.story()}`;
  });
};

const createLab = async (time: VirtualTime) => {
  const disk = memoryDisk();
  const log = memoryLog();
  const watch = createWatch();
  const machineOf = (name: string): Machine =>
    createMachine(name, time, {
      kill: () => server.kill(),
      asked: watch.asked,
      starting(printer, file) {
        const machine = machines[printer as PrinterName];
        const before = Object.values(machines).flatMap(({ started }) => started);
        watch.starting(printer, file, machine.isPlateFree(), before);
      },
    });
  const machines: Readonly<Record<PrinterName, Machine>> = {
    Printer1: machineOf('Printer1'),
    Printer2: machineOf('Printer2'),
  };
  const boot = (): Promise<ServerProcess> =>
    startServerProcess({
      time,
      disk,
      files,
      log,
      settings,
      connect: ({ name }, life) => machines[name as PrinterName].connect(life),
      opened: watch.opened,
    });
  let server = await boot();

  const reviveWhenDead = async (): Promise<void> => {
    while (server.life.aborted) {
      await time.pass(DOWN_TIME * 1000);
      server = await boot();
      await time.settle();
    }
  };
  const pass = async (seconds: number): Promise<void> => {
    const end = time.now().getTime() + seconds * 1000;
    do {
      const left = Math.max(0, end - time.now().getTime());
      if (!(await time.until(() => server.life.aborted, left))) return;
      await reviveWhenDead();
    } while (time.now().getTime() < end);
  };

  /** @returns whether it was answered with success */
  const ask = async (act: (application: Application) => Promise<unknown>): Promise<boolean> => {
    const outcome = await outcomeOf(time, act(server.application));
    await reviveWhenDead();
    return outcome === 'done';
  };

  const actors = await createActors(server.application);
  const { operator, admin, plc } = actors;
  await server.store.transaction(async tx => {
    tx.put('files', {
      id: 'f-1',
      name: 'part.gcode',
      kind: 'gcode',
      size: 100,
      sha256: '00'.repeat(32),
      owner: plc.accountId,
      metadata: emptyMetadata,
      partName: 'part',
      createTime: time.now().toISOString(),
    });
  });
  const given = { group: '', model: '', nozzleDiameter: null, material: '', cameraUrl: '', worker: true };
  for (const name of Object.keys(machines)) {
    const access = { url: '', apiKey: '' };
    await server.application.addPrinter(admin, { name, api: 'Mock', ...access, ...given });
  }
  await time.settle();

  const latest = <T extends { readonly id: number }>(rows: readonly T[], back: number): number =>
    rows.toSorted((left, right) => right.id - left.id)[back]?.id ?? 0;
  const startsOf = (id: number): number =>
    Object.values(machines)
      .flatMap(({ started }) => started)
      .filter(file => file.startsWith(`mes-${id}-`)).length;

  const cancel = async (id: number): Promise<void> => {
    const wasStarted = startsOf(id) > 0;
    // At the moment of the answer, before anything else happens.
    await ask(application =>
      application.cancelJob(operator, id, '').then(() => watch.cancelAccepted(id, wasStarted)),
    );
  };

  /** A person looks before confirming, and a print that runs is not taken away. */
  const confirmBed = async (name: PrinterName): Promise<void> => {
    const machine = machines[name];
    if (await machine.isActive()) return;
    await ask(application => application.confirmBedClear(operator, name).then(() => machine.takePlate()));
  };

  const confirmPickup = async (id: number): Promise<void> => {
    const machine = machines[watch.pickups().find(one => one.id === id)?.printer as PrinterName];
    if (machine === undefined || (await machine.isActive())) return;
    // The plate is in the robot's hands before it says so.
    await ask(application => application.confirmPickup(plc, id, 'shelf').then(() => machine.takePlate()));
  };

  const atPrinter = async (machine: Machine, what: AtPrinter): Promise<void> => {
    switch (what) {
      case 'start foreign':
        return machine.startForeign('benchy.gcode');
      case 'start our last file':
        return machine.startForeign(machine.started.at(-1) ?? 'benchy.gcode');
      case 'ask for a person':
        return machine.askForPerson();
      default:
        return machine[what]();
    }
  };

  const submit = (printer: string, owner: Actor): Promise<boolean> => {
    const command = { file: 'f-1', printer, owner: '', orderId: '', priority: 0, requestId: '' };
    return ask(application => application.submitJob(owner, command));
  };

  const take = async (step: Step): Promise<void> => {
    const jobs = watch.jobs();
    switch (step[0]) {
      case 'submit':
        await submit(step[1] === 'any' ? '' : step[1], step[2] === 'approved' ? plc : operator);
        return;
      case 'cancel':
        return cancel(latest(jobs, step[1]));
      case 'approve':
      case 'reject':
      case 'pause':
      case 'resume':
      case 'retry':
      case 'collect': {
        const id = latest(jobs, step[1]);
        const acts = {
          approve: (application: Application) => application.approveJob(operator, id),
          reject: (application: Application) => application.rejectJob(operator, id, 'no'),
          pause: (application: Application) => application.pauseJob(operator, id),
          resume: (application: Application) => application.resumeJob(operator, id),
          retry: (application: Application) => application.retryJob(operator, id, ''),
          collect: (application: Application) => application.collectJob(operator, id),
        };
        await ask(acts[step[0]]);
        return;
      }
      case 'resolve':
        await ask(application => application.resolveJob(operator, latest(jobs, step[1]), step[2], 'seen'));
        return;
      case 'assign':
        await ask(application => application.assignJob(operator, latest(jobs, step[1]), step[2]));
        return;
      case 'confirm bed':
        return confirmBed(step[1]);
      case 'begin pick-up':
        await ask(application => application.beginPickup(plc, step[1], `robot at ${step[1]}`));
        return;
      case 'confirm pick-up':
        return confirmPickup(latest(watch.pickups(), step[1]));
      case 'fail pick-up':
        await ask(application => application.reportPickupFailed(plc, latest(watch.pickups(), step[1]), ''));
        return;
      case 'release pick-up':
        await ask(application => application.releasePickup(operator, latest(watch.pickups(), step[1]), ''));
        return;
      case 'maintenance':
        await ask(application => application.setMaintenance(operator, step[1], step[2], ''));
        return;
      case 'worker':
        await ask(application =>
          step[2] ? application.startWorker(operator, step[1]) : application.stopWorker(operator, step[1]),
        );
        return;
      case 'at the printer':
        return atPrinter(machines[step[1]], step[2]);
      case 'way':
        return machines[step[1]].setWay(step[2]);
      case 'mishap':
        return machines[step[1]].meet(step[2], step[3]);
      case 'kill':
        server.kill();
        return reviveWhenDead();
      case 'pass':
        return pass(step[1]);
    }
  };

  const wrong = async (): Promise<string> => {
    for (const { id, remoteName, printer, fromServer, history } of watch.jobs()) {
      const says = history.some(({ status, actor }) => status === 'printed' && actor === 'printer');
      if (!says || !fromServer) continue;
      const outcome = await machines[printer as PrinterName].outcomeOf(remoteName);
      // Somebody may have printed it again since.
      if (outcome === undefined) watch.faults.add(`job ${id} is told as printed and was never begun`);
    }
    for (const { level, message, fields } of log.lines) {
      if (level === 'error')
        watch.faults.add(`logged: ${message} ${String((fields as { err?: Error }).err?.stack)}`);
    }
    return [...watch.faults].join('\n');
  };

  /** The faults stop and staff do their work: nothing may stay open. */
  const drain = async (): Promise<string> => {
    const names = Object.keys(machines) as PrinterName[];
    for (const name of names) {
      await machines[name].mend();
      await take(['worker', name, true]);
      await take(['maintenance', name, false]);
    }
    for (let round = 0; round < MOST_ROUNDS; round++) {
      for (const { id, status, requested } of watch.jobs()) {
        if (status === 'created') await ask(application => application.approveJob(operator, id));
        if (status === 'paused' && requested === null) {
          await ask(application => application.resumeJob(operator, id));
        }
        if (status === 'unknown') {
          await ask(application => application.resolveJob(operator, id, 'failed', 'nobody knows'));
        }
      }
      for (const { id, state } of watch.pickups()) {
        if (state === 'inProgress') await ask(application => application.releasePickup(operator, id, ''));
      }
      for (const name of names) {
        // A foreign print may be paused too.
        await machines[name].resume();
        await confirmBed(name);
      }
      await pass(60);
      const fault = await wrong();
      if (fault !== '') return fault;
      if (watch.jobs().every(({ status }) => !openStatuses.includes(status))) return '';
    }
    const open = watch.jobs().filter(({ status }) => openStatuses.includes(status));
    return `${open.map(({ id, status }) => `job ${id} stays ${status}`).join(', ')}`;
  };

  const story = (): string =>
    [
      ...watch
        .jobs()
        .flatMap(({ id, printer, history }) => [
          `job ${id} ${printer}`,
          ...history.map(({ time: at, status, reason }) => `  ${at.slice(11, 23)} ${status} ${reason}`),
        ]),
      ...watch.beds().map(({ printer, state, jobId }) => `bed of ${printer}: ${state}, job ${jobId}`),
      ...Object.values(machines).map(({ name, started }) => `${name} was told to print ${started}`),
    ].join('\n');

  return { take, wrong, drain, story };
};

const createActors = async (application: Application) => {
  const create = async (username: string, role: Role): Promise<Actor> =>
    actorOf(await application.createAccount({ username, password: 'correct horse', role }));
  return {
    operator: await create('operator', 'operator'),
    admin: await create('admin', 'admin'),
    plc: await create('plc', 'machine'),
  };
};
