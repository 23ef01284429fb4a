export const gcodeKinds = ['gcode', 'bgcode'] as const;
export type GcodeKind = (typeof gcodeKinds)[number];

/** In mm. */
export interface BedSize {
  readonly width: number;
  readonly depth: number;
}

/** What the slicer wrote into the file; null where it does not say. */
export interface GcodeMetadata {
  readonly slicer: string | null;
  /** Estimated printing time in s. */
  readonly printTime: number | null;
  readonly printerModel: string | null;
  /** Nozzle diameter in mm. */
  readonly nozzleDiameter: number | null;
  readonly material: string | null;
  /** Filament in g. */
  readonly filamentWeight: number | null;
  /** In mm. */
  readonly layerHeight: number | null;
  /** Of the bed that it was sliced for, or of what it prints on. */
  readonly bedSize: BedSize | null;
}

export interface GcodeFile {
  /** `f-…`, never reused. */
  readonly id: string;
  /** Name given at upload, shown to people. */
  readonly name: string;
  readonly kind: GcodeKind;
  /** In bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  readonly owner: string;
  readonly metadata: GcodeMetadata;
  /** Name under which staff published it; '' while it is its owner's alone. */
  readonly partName: string;
  readonly createTime: string;
}
