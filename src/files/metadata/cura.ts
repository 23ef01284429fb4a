/** Cura, also in its Griffin flavour (`;PRINT.TIME:`, `;EXTRUDER_TRAIN.0.NOZZLE.DIAMETER:`). */
import type { BedSize, GcodeMetadata } from '../../domain/gcode-file.ts';
import type { Comments } from './comments.ts';
import { commonNumberOf, sumOf, textOf } from './values.ts';

export const isCura = (comments: Comments): boolean =>
  /cura/i.test(comments.get('producer') ?? comments.get('generator.name') ?? '');

const slicerOf = (comments: Comments): string | null => {
  const { name, version } = {
    name: comments.get('producer') ?? comments.get('generator.name') ?? '',
    version: comments.get('producer') ? '' : (comments.get('generator.version') ?? ''),
  };
  return textOf(`${name} ${version}`);
};

/** Names of machine definitions that say nothing about the printer. */
const generic = /^(?:unknown|custom|fdm printer|generic)/i;

const modelOf = (name: string | undefined): string | null => {
  const model = textOf(name);
  return model !== null && generic.test(model) ? null : model;
};

/** Cura tells how far a print reaches, not how large the bed is. */
const reachOf = (comments: Comments): BedSize | null => {
  const width = commonNumberOf(comments.get('maxx'));
  const depth = commonNumberOf(comments.get('maxy'));
  return width === null || depth === null ? null : { width, depth };
};

/** Cura tells filament by length or volume alone, and no material by name. */
export const readCura = (comments: Comments): GcodeMetadata => ({
  slicer: slicerOf(comments),
  printTime: sumOf(comments.get('time')) ?? sumOf(comments.get('print.time')),
  printerModel: modelOf(comments.get('target_machine.name')),
  nozzleDiameter: commonNumberOf(comments.get('extruder_train.0.nozzle.diameter')),
  material: textOf(comments.get('filament_type')),
  filamentWeight: sumOf(comments.get('filament weight')?.replace(/\s*g\b/g, '')),
  layerHeight: commonNumberOf(comments.get('layer height')),
  bedSize: reachOf(comments),
});
