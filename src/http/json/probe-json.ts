import type { ProbedPrinter } from '../../app/application.ts';
import type { ProbeJson } from '../../contract/printer-probe.ts';
import { capabilitiesJson } from './capabilities-json.ts';

export const probeJson = (report: ProbedPrinter): ProbeJson => ({
  reached: report.reached,
  ok: report.problem === null,
  problem: report.problem && { ...report.problem },
  warnings: [...report.warnings],
  software: report.software || null,
  model: report.model || null,
  nozzle_diameter: report.nozzleDiameter,
  bed_size: report.bedSize,
  material: report.material || null,
  takes_bgcode: report.takesBgcode,
  state_name: report.state,
  message: report.message,
  camera: report.camera !== null,
  capabilities: report.capabilities && capabilitiesJson(report.capabilities),
});
