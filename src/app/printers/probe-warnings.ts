import type { Printer } from '../../domain/printer.ts';
import type { ProbeReport } from '../ports.ts';

/** What is known of a printer without asking it. */
export type Known = Pick<Printer, 'api' | 'model' | 'nozzleDiameter' | 'material'>;

/**
 * What dispatch needs to know of a printer, and neither staff nor the printer say: for people, with what to do. None
 * while the printer has not been identified, since it may tell once it is, and none of a simulated one.
 */
export const probeWarnings = (known: Known, report: ProbeReport): readonly string[] => {
  if (known.api === 'Mock' || report.software === '') return [];
  const warnings: string[] = [];
  if (known.model === '' && report.model.trim() === '') {
    warnings.push(
      `${report.software} does not tell its model: set "model" by hand. Until then it is sent files that are sliced for any printer.`,
    );
  }
  if (known.nozzleDiameter === null && report.nozzleDiameter === null) {
    warnings.push(
      'Its nozzle is not known: set "nozzle_diameter" by hand. Until then it is sent files for any nozzle.',
    );
  }
  if (known.material === '' && report.material === '') {
    warnings.push(
      'Its material is not known: set "material" by hand ("any" if it does not matter). Until then jobs whose file asks for one wait.',
    );
  }
  return warnings;
};
