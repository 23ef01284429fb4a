/** By how people and slicers write the models: a word that no other maker uses. */
const makers: readonly (readonly [RegExp, string])[] = [
  [/\bprusa|\boriginal prusa/i, 'Prusa Research'],
  [/\bbambu/i, 'Bambu Lab'],
  [/\bcreality|\bender\b|\bender-/i, 'Creality'],
  [/\banycubic/i, 'Anycubic'],
  [/\belegoo/i, 'Elegoo'],
  [/\bsovol/i, 'Sovol'],
  [/\bqidi/i, 'QIDI Technology'],
  [/\bartillery/i, 'Artillery'],
  [/\bflashforge/i, 'FlashForge'],
  [/\bultimaker/i, 'UltiMaker'],
  [/\braise3d/i, 'Raise3D'],
];

/** The maker that a model's name names; '' when it names none, as `MK4`. */
export const manufacturerOfModel = (model: string): string =>
  makers.find(([word]) => word.test(model))?.[1] ?? '';
