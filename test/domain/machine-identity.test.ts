import test from 'ava';
import { machineIdentity } from '../../src/domain/machine-identity.ts';
import { manufacturerOfModel } from '../../src/domain/manufacturer.ts';

test('what a machine tells is kept as short ASCII, and nothing told is nothing known', t => {
  t.is(machineIdentity({}), undefined);
  t.is(machineIdentity({ software: ' ', model: '' }), undefined);
  t.deepEqual(machineIdentity({ serialNumber: ' SN\n1 ', software: 'x'.repeat(200) }), {
    serialNumber: 'SN 1',
    manufacturer: '',
    model: '',
    software: `${'x'.repeat(77)}...`,
  });
});

test('the maker is told by the name of the model, or not at all', t => {
  t.is(manufacturerOfModel('Original Prusa MK4S'), 'Prusa Research');
  t.is(manufacturerOfModel('Creality Ender-3 V2'), 'Creality');
  t.is(manufacturerOfModel('Ender 3'), 'Creality');
  t.is(manufacturerOfModel('Bambu Lab X1'), 'Bambu Lab');
  t.is(manufacturerOfModel('MK4'), '');
  t.is(manufacturerOfModel('Extender'), '');
  t.is(manufacturerOfModel(''), '');
});
