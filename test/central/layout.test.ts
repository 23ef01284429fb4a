import test from 'ava';
import { DataType, StatusCodes } from 'node-opcua-client';
import { dataValueOf } from '../../src/central/coerce.ts';
import {
  type CentralFacts,
  type CentralValue,
  centralPaths,
  centralValues,
} from '../../src/central/layout.ts';
import { lostSnapshot } from '../../src/domain/printer.ts';
import { jobRow, printerRow, snapshotOf } from './support.ts';

const time = '2026-01-05T09:00:00.000Z';
const now = new Date('2026-01-05T09:00:02.000Z');
const valuesOf = (facts: Partial<CentralFacts>): ReadonlyMap<string, CentralValue> =>
  new Map(
    centralValues({
      printer: printerRow(1),
      snapshot: snapshotOf({ time }),
      job: undefined,
      stale: false,
      now,
      ...facts,
    }).map(value => [value.path, value]),
  );

test('every variable of the layout has a value, the state last', t => {
  t.deepEqual([...valuesOf({}).keys()], [...centralPaths]);
  t.is(centralPaths.at(-1), 'state');
});

test('the state is the neutral name of the printer state', t => {
  t.like(valuesOf({}).get('state'), { value: 'printing', quality: 'good', time: new Date(time) });
  t.is(valuesOf({ job: jobRow(7, 'printing', time) }).get('job/file')?.value, 'part-7.gcode');
});

test('a printer that answers and has no job is told to have none', t => {
  const values = valuesOf({ snapshot: snapshotOf({ job: null, state: 'idle' }) });
  t.like(values.get('job/file'), { value: '', quality: 'good' });
  t.like(values.get('job/progress'), { value: 0, quality: 'good' });
});

test('what a printer that answers does not say has no good quality', t => {
  const values = valuesOf({ snapshot: snapshotOf({ head: { x: null, y: 2, z: null } }) });
  t.like(values.get('head/x'), { value: Number.NaN, quality: 'unsaid' });
  t.like(values.get('head/y'), { value: 2, quality: 'good' });
  t.is(dataValueOf(value(Number.NaN, 'unsaid'), DataType.Float, false)?.statusCode, StatusCodes.BadNoData);
});

test('nothing but the state of a lost or stale printer is told as good', t => {
  for (const [facts, quality] of [
    [{ snapshot: lostSnapshot('unreachable', '', time) }, 'bad'],
    [{ stale: true }, 'uncertain'],
  ] as const) {
    const values = valuesOf(facts);
    t.like(values.get('state'), { value: 'Offline', quality: 'good' });
    for (const path of ['update_time', 'nozzle/actual', 'head/z', 'job/file', 'job/progress']) {
      t.is(values.get(path)?.quality, quality, path);
    }
  }
  t.is(valuesOf({ stale: true }).get('nozzle/actual')?.value, 214.5);
});

test('log-ins in URLs stay here', t => {
  const printer = printerRow(1, {
    url: 'http://me:secret@192.0.2.1/',
    cameraUrl: 'not a URL with me:secret@',
  });
  const values = valuesOf({ printer });
  t.is(values.get('url')?.value, 'http://192.0.2.1/');
  t.is(values.get('camera_url')?.value, '');
});

const value = (told: CentralValue['value'], quality: CentralValue['quality'] = 'good'): CentralValue => ({
  path: 'x',
  value: told,
  quality,
  time: new Date(time),
});

test("values take the variable's own type", t => {
  const coerce = (told: CentralValue['value'], type: DataType) =>
    dataValueOf(value(told), type, false)?.value;
  t.like(coerce(20.5, DataType.Float), { dataType: DataType.Float, value: 20.5 });
  t.like(coerce(20.5, DataType.Double), { dataType: DataType.Double, value: 20.5 });
  t.like(coerce(20.5, DataType.Int32), { dataType: DataType.Int32, value: 21 });
  t.like(coerce(400, DataType.Byte), { dataType: DataType.Byte, value: 255 });
  t.like(coerce(Number.NaN, DataType.UInt16), { dataType: DataType.UInt16, value: 0 });
  t.like(coerce(20.5, DataType.Variant), { dataType: DataType.Double, value: 20.5 });
  t.like(coerce(20.5, DataType.String), { dataType: DataType.String, value: '20.5' });
  t.like(coerce(now, DataType.DateTime), { dataType: DataType.DateTime, value: now });
  t.is(coerce('idle', DataType.Float), undefined);
});

test('quality becomes the status, or hides the value where no status is taken', t => {
  t.is(
    dataValueOf(value(1, 'uncertain'), DataType.Float, false)?.statusCode,
    StatusCodes.UncertainLastUsableValue,
  );
  t.deepEqual(dataValueOf(value(1, 'bad'), DataType.Float, false)?.sourceTimestamp, new Date(time));
  const plain = dataValueOf(value(1, 'uncertain'), DataType.Float, true);
  t.is(plain?.value.value, Number.NaN);
  t.is(plain?.statusCode, StatusCodes.Good);
  t.is(plain?.sourceTimestamp, null);
  t.is(dataValueOf(value('bracket', 'uncertain'), DataType.String, true)?.value.value, '');
  t.is(dataValueOf(value(1), DataType.Float, true)?.value.value, 1);
});
