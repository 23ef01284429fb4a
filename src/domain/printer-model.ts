/** Words that people and slicers write before a model, or leave out. */
const MAKERS =
  'original|prusa research|prusa|i3|bambu ?lab|bambu|creality 3d|creality|anycubic|elegoo|sovol|qidi tech|qidi|artillery|flashforge|printer';
const makerWord = new RegExp(`\\b(?:${MAKERS})\\b`, 'g');
/** Written as one word: `PrusaMK4`. */
const gluedMaker = /^(?:original|prusa|i3)+(?=mk|xl|mini|core)/;

const brackets = /\([^)]*\)|\[[^\]]*\]/g;
/** `5 tools`, `5T`, `dual tool`: how many a machine has is no other model. */
const toolCount = /\b(?:\d|one|two|five|single|dual)[\s-]*tool(?:head)?s?\b|\b\dt\b/g;

/** As PrusaSlicer writes tools and input shaping: `XL5`, `XL2IS`, `MK4IS`, `MINIIS`, `MK4ISMMU3`. */
const prusaXl = /^xl\d?(?:t|tools?)?(?:is)?$/;
const inputShaper = /^(mk\d+s?|mini)is(?=mmu\d|$)/;

const normalise = (model: string): string =>
  model
    .replace(toolCount, '')
    .replace(/\binput[\s-]?shap(?:er|ing)\b/g, '')
    .replace(makerWord, '')
    .replace(/[^a-z0-9]/g, '')
    .replace(gluedMaker, '')
    .replace(prusaXl, 'xl')
    .replace(inputShaper, '$1');

/** `Prusa i3 Mk3/Mk3s` of Cura names two; empty when nothing but a maker is named. */
const modelsOf = (names: string): readonly string[] =>
  names
    .toLowerCase()
    .replace(brackets, ' ')
    .split(/[/&,;]/)
    .map(normalise)
    .filter(model => model !== '');

/**
 * Whether two names mean the same printer model, however slicers and people write it: without maker, brackets,
 * number of tools, input shaping, case, blanks and signs they are equal. `MK4S` is no `MK4`: a print for the wrong
 * machine costs more than a model that has to be written in full. Either name may list several: `MK3/MK3S`.
 * A name that tells no model excludes nothing.
 */
export const sameModel = (left: string, right: string): boolean => {
  const some = modelsOf(left);
  const others = modelsOf(right);
  return some.length === 0 || others.length === 0 || some.some(model => others.includes(model));
};
