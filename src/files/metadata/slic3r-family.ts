/** PrusaSlicer, SuperSlicer, OrcaSlicer and BambuStudio: one ancestor, so mostly the same comments. */
import type { GcodeMetadata } from '../../domain/gcode-file.ts';
import type { Comments } from './comments.ts';
import { commonNumberOf, durationOf, sizeOf, sumOf, textOf } from './values.ts';

/** `PrusaSlicer 2.7.1+linux-x64 on 2024-01-01 at …` → `PrusaSlicer 2.7.1+linux-x64` */
const slicerOf = (producer: string | undefined): string | null =>
  textOf(producer?.replace(/\s+on\s+\d{4}-.*$/, ''));

/** One entry per tool, `PLA;PETG`: each material once. */
const materialOf = (value: string | undefined): string | null => {
  const names = (value ?? '').split(/[;,]/).map(name => textOf(name));
  return textOf([...new Set(names.filter(name => name !== null))].join(';'));
};

export const readSlic3rFamily = (comments: Comments): GcodeMetadata => ({
  slicer: slicerOf(comments.get('producer')),
  printTime:
    durationOf(comments.get('estimated printing time (normal mode)')) ??
    durationOf(comments.get('total estimated time')),
  printerModel: textOf(comments.get('printer_model')),
  nozzleDiameter: commonNumberOf(comments.get('nozzle_diameter')),
  material: materialOf(comments.get('filament_type')),
  filamentWeight:
    sumOf(comments.get('filament used [g]')) ??
    sumOf(comments.get('total filament used [g]')) ??
    sumOf(comments.get('total filament weight [g]')),
  layerHeight: commonNumberOf(comments.get('layer_height')),
  bedSize: sizeOf(comments.get('bed_shape') ?? comments.get('printable_area')),
});
