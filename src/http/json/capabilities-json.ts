import type { PrinterCapabilities } from '../../app/ports.ts';
import type { ProbeJson } from '../../contract/printer-probe.ts';

export const capabilitiesJson = ({
  pause,
  resume,
  camera,
  filament,
  push,
}: PrinterCapabilities): NonNullable<ProbeJson['capabilities']> => ({
  pause,
  resume,
  camera,
  filament,
  push,
});
