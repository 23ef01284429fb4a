import test from 'ava';
import { UaFailure } from '../../support/ua-client.ts';
import type { ClientLab } from '../client-lab.ts';

const HOUR = 60 * 60 * 1000;
/** Few in an answer, so that the rest comes by continuation points. */
const AT_ONCE = 3;

/** HistoryRead of raw values, which the lab of the tests has turned on. */
export const history = (ofLab: () => ClientLab): void => {
  test.serial('HistoryRead tells how the nozzle warmed up, page by page', async t => {
    const { lab } = ofLab();
    const plc = await lab.ua('plc');
    const [start, end] = [new Date(Date.now() - HOUR), new Date()];
    const values = await plc.history('Printers/Printer1/Nozzle/Actual', start, end, AT_ONCE);
    t.true(values.length > 2 * AT_ONCE, `${values.length} values`);
    const times = values.map(({ time }) => Date.parse(String(time)));
    t.deepEqual(
      times,
      [...times].sort((left, right) => left - right),
    );
    t.true(times.every(time => time >= start.getTime() && time <= end.getTime()));
    const whole = await plc.history('Printers/Printer1/Nozzle/Actual', start, end, 0);
    t.deepEqual(values, whole, 'in pages as in one');
    t.true(values.some(({ value }) => Number(value) > 30) && values.some(({ value }) => Number(value) < 30));
    const none = await plc.history('Printers/Printer1/State', start, end, AT_ONCE).catch(error => error);
    t.true(none instanceof UaFailure && none.status.startsWith('Bad'), String(none));
  });
};
