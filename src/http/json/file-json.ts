import type { FileJson } from '../../contract/file.ts';
import type { GcodeFile } from '../../domain/gcode-file.ts';

export const fileJson = ({ metadata, ...file }: GcodeFile): FileJson => ({
  id: file.id,
  name: file.name,
  kind: file.kind,
  size: file.size,
  sha256: file.sha256,
  user_id: file.owner,
  part_name: file.partName || null,
  create_time: file.createTime,
  metadata: {
    slicer: metadata.slicer,
    print_time: metadata.printTime,
    printer_model: metadata.printerModel,
    nozzle_diameter: metadata.nozzleDiameter,
    material: metadata.material,
    filament_weight: metadata.filamentWeight,
    layer_height: metadata.layerHeight,
    bed_size: metadata.bedSize ?? null,
  },
});
