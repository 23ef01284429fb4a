/** PrusaSlicer, SuperSlicer, OrcaSlicer and BambuStudio: one ancestor, so mostly the same comments. */
import type { GcodeMetadata } from '../../domain/gcode-file.ts';
import type { Comments } from './comments.ts';
import { commonNumberOf, durationOf, numbersOf, sizeOf, sumOf, textOf } from './values.ts';

/** `PrusaSlicer 2.7.1+linux-x64 on 2024-01-01 at …` → `PrusaSlicer 2.7.1+linux-x64` */
const slicerOf = (producer: string | undefined): string | null =>
  textOf(producer?.replace(/\s+on\s+\d{4}-.*$/, ''));

/** What each tool uses, in g or else mm; one list per kind of slicer, one entry per tool. */
const usesOf = (comments: Comments): readonly (readonly number[])[] =>
  ['filament used [g]', 'filament used [mm]'].map(key => numbersOf(comments.get(key)));

/** One entry per tool, `PLA;PETG`: each material once, without those of tools that the print leaves alone. */
const materialOf = (comments: Comments): string | null => {
  const names = (comments.get('filament_type') ?? '').split(/[;,]/).map(name => textOf(name));
  const uses = usesOf(comments).find(list => list.length === names.length && list.some(amount => amount > 0));
  const used = names.filter((name, tool) => name !== null && (uses === undefined || (uses[tool] ?? 0) > 0));
  return textOf([...new Set(used)].join(';'));
};

export const readSlic3rFamily = (comments: Comments): GcodeMetadata => ({
  slicer: slicerOf(comments.get('producer')),
  printTime:
    durationOf(comments.get('estimated printing time (normal mode)')) ??
    durationOf(comments.get('total estimated time')),
  printerModel: textOf(comments.get('printer_model')),
  nozzleDiameter: commonNumberOf(comments.get('nozzle_diameter')),
  material: materialOf(comments),
  filamentWeight:
    sumOf(comments.get('filament used [g]')) ??
    sumOf(comments.get('total filament used [g]')) ??
    sumOf(comments.get('total filament weight [g]')),
  layerHeight: commonNumberOf(comments.get('layer_height')),
  bedSize: sizeOf(comments.get('bed_shape') ?? comments.get('printable_area')),
});
