import test from 'ava';
import { sameModel } from '../../src/domain/printer-model.ts';

/** What slicers write, and what people call that machine. */
const same: readonly (readonly [string, string])[] = [
  ['XL', 'Original Prusa XL'],
  ['XLIS', 'XL (5 tools)'],
  ['XL5', 'XL 2 tools'],
  ['XL5IS', 'Prusa XL'],
  ['XL4IS', 'Original Prusa XL - 5T'],
  ['XL2IS', 'XL5'],
  ['Prusa XL 5T', 'PrusaXL'],
  ['MK4', 'Original Prusa MK4'],
  ['MK4IS', 'MK4'],
  ['MK4IS', 'Prusa MK4 Input Shaper'],
  ['MK4ISMMU3', 'MK4 MMU3'],
  ['MK4S', 'Prusa MK4S'],
  ['MK3S', 'Original Prusa i3 MK3S+'],
  ['Prusa i3 Mk3/Mk3s', 'MK3S'],
  ['MK3', 'MK3/MK3S'],
  ['MK3.5', 'Prusa MK3.5'],
  ['MINIIS', 'Original Prusa MINI+'],
  ['Prusa MINI', 'Mini'],
  ['COREONE', 'Prusa CORE One'],
  ['COREONEL', 'CORE One L'],
  ['Bambu Lab X1 Carbon', 'X1 Carbon'],
  ['Bambu Lab A1 mini', 'BambuLab A1 Mini'],
  ['Creality Ender-3 V3 KE', 'Ender 3 V3 KE'],
  ['ENDER3V2', 'Creality Ender-3 V2'],
  ['Creality Ender-3', 'Ender 3'],
  ['Anycubic Kobra 2', 'Kobra 2'],
  ['Elegoo Neptune 4 Pro', 'Neptune 4 Pro'],
  ['Ultimaker S5', 'UltiMaker S5'],
  ['Voron 2.4', 'voron2.4'],
  ['MK4S', 'Prusa'],
];

const different: readonly (readonly [string, string])[] = [
  ['COREONEL', 'CORE One'],
  ['COREONE', 'CORE One L'],
  ['MK3', 'MK3.5'],
  ['MK3S', 'MK3'],
  ['MK4S', 'MK4'],
  ['MK4IS', 'MK4S'],
  ['MK4SMMU3', 'MK4S'],
  ['MK3.9', 'MK3'],
  ['Bambu Lab A1', 'A1 mini'],
  ['Bambu Lab X1', 'Bambu Lab X1 Carbon'],
  ['Creality Ender-3', 'Creality Ender-3 V3 KE'],
  ['Creality Ender-3 Pro', 'Ender 3'],
  ['Ender-3', 'Prusa MK4'],
  ['MINI', 'MK4'],
  ['XL', 'MK4'],
  ['Kobra 2', 'Kobra 2 Max'],
  ['MK3/MK3S', 'MK3.5/MK3.9'],
];

for (const [left, right] of same) {
  test(`model: ${left} is ${right}`, t => {
    t.true(sameModel(left, right));
    t.true(sameModel(right, left));
  });
}

for (const [left, right] of different) {
  test(`model: ${left} is no ${right}`, t => {
    t.false(sameModel(left, right));
    t.false(sameModel(right, left));
  });
}
