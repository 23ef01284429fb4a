import test from 'ava';
import { methodTable } from '../../../../src/opcua/model-ids.ts';
import { until } from '../../../support/until.ts';
import { gcodeOf } from '../../support/gcode.ts';
import { UaFailure } from '../../support/ua-client.ts';
import type { ClientLab } from '../client-lab.ts';

/** Buffers are capped at 16 KB (reference: what foreign clients need); these are well beyond. */
const MANY = 1000;
const LONG = 20_000;

const variables = [
  'Name',
  'State',
  'StateCode',
  'Ready',
  'Online',
  'Nozzle/Actual',
  'Bed/Actual',
  'Job/Progress',
];

/** Browse, read, subscribe; requests and answers of more than one chunk. */
export const reading = (ofLab: () => ClientLab): void => {
  test.serial(
    'the namespaces are at their fixed indices, the endpoints and their tokens as documented',
    async t => {
      const { lab, newClient } = ofLab();
      const plc = await lab.ua('plc');
      t.deepEqual(((await plc.value('i=2255')) as readonly string[]).slice(2, 9), [
        'http://monashautomation.com/UA/MesPrinting/',
        'http://monashautomation.com/UA/MesPrinting/Instances/',
        'http://opcfoundation.org/UA/DI/',
        'http://opcfoundation.org/UA/IA/',
        'http://opcfoundation.org/UA/Machinery/',
        'http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/',
        'http://opcfoundation.org/UA/Machinery/Jobs/',
      ]);
      const client = newClient('endpoints');
      const found = (await client.endpoints(lab.server.opcuaUrl)).map(
        ({ policy, mode }) => `${policy} ${mode.replace('_', '')}`,
      );
      await client.stop();
      t.deepEqual([...new Set(found)].sort(), [
        'Aes128_Sha256_RsaOaep Sign',
        'Aes128_Sha256_RsaOaep SignAndEncrypt',
        'Aes256_Sha256_RsaPss Sign',
        'Aes256_Sha256_RsaPss SignAndEncrypt',
        'Basic256Sha256 Sign',
        'Basic256Sha256 SignAndEncrypt',
        'None None',
      ]);
    },
  );

  test.serial('browsing leads from Objects to every printer, method and machine', async t => {
    const plc = await ofLab().ua('plc');
    const names = async (node: string) => (await plc.browse(node)).map(({ name }) => name);
    t.true((await names('i=85')).includes('MesPrinting'));
    t.true((await names('MesPrinting')).includes('Printers'));
    const printers = (await plc.browse('Printers')).map(({ node }) => node);
    for (const name of ['Printer1', 'Printer2']) t.true(printers.includes(`ns=3;s=Printers/${name}`), name);
    for (const [name, { object }] of Object.entries(methodTable)) {
      t.true((await names(object)).includes(name), `${object}.${name}`);
    }
    const machines = await names('ns=6;i=1001');
    for (const name of ['Printer1', 'Printer2', 'Lab']) t.true(machines.includes(name), name);
  });

  test.serial(`one Read of ${MANY} variables is answered whole, one more is refused`, async t => {
    const plc = await ofLab().ua('plc');
    const nodes = Array.from(
      { length: MANY },
      (_, index) => `Printers/Printer${1 + (index % 2)}/${variables[index % variables.length]}`,
    );
    const answers = await plc.read(...nodes);
    t.is(answers.length, MANY);
    for (const [index, { value }] of answers.entries()) {
      if (index % variables.length === 0) t.is(value, 'Printer1');
    }
    t.deepEqual(
      answers.filter(({ status }) => !status.startsWith('Good') && !status.startsWith('Uncertain')),
      [],
    );
    const tooMany = await plc.read(...nodes, 'Printers/Printer1/Name').catch(error => error);
    t.true(tooMany instanceof UaFailure && tooMany.status === 'BadTooManyOperations', String(tooMany));
    const [unknown] = await plc.read('Printers/NoSuchPrinter/State');
    t.is(unknown?.status, 'BadNodeIdUnknown');
  });

  test.serial(
    `a call with a string of ${LONG} characters arrives whole: refused for its length alone`,
    async t => {
      const { lab } = ofLab();
      const plc = await lab.ua('plc');
      const file = await lab.upload('long-string.gcode', gcodeOf(1));
      const { status, outputs } = await plc.call('Jobs.SubmitJob', [file, '', '', 'x'.repeat(LONG), 0, '']);
      t.is(status, 'Good');
      t.is(outputs?.ReturnCode, 4, JSON.stringify(outputs));
    },
  );

  test.serial('a subscription hears a printer warm up and print', async t => {
    const { lab } = ofLab();
    const plc = await lab.ua('plc');
    await plc.subscribe(
      'Printers/Printer1/State',
      'Printers/Printer1/Nozzle/Actual',
      'Printers/Printer1/Job/Progress',
    );
    const id = await lab.submit(await lab.upload('heard.gcode', gcodeOf(1)), { printer: 'Printer1' });
    await lab.waitForJob(id, 'printed');
    const heard = (variable: string) =>
      plc.data.filter(({ node }) => node === `Printers/Printer1/${variable}`).map(({ value }) => value);
    await until('the nozzle', () => heard('Nozzle/Actual').some(value => Number(value) > 30));
    await until('the state', () => heard('State').includes('printing'));
    t.true(heard('Job/Progress').some(value => Number(value) > 0 && Number(value) < 100));
    const last = plc.data.at(-1);
    t.true(Math.abs(Date.parse(String(last?.time)) - Date.now()) < 60_000, 'with the time of the reading');
    await lab.pickUp('Printer1');
  });
};
