import { isDeepStrictEqual } from 'node:util';
import { type Connection, isSameConnection } from '../../domain/connection.ts';
import { type MachineIdentity, machineIdentity } from '../../domain/machine-identity.ts';
import type { LearnedField, Printer } from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import type { PrinterIdentity, ProbeReport, Transaction } from '../ports.ts';
import { MAX_WORD } from './printer-fields.ts';
import { unscheduleJobs } from './unschedule-jobs.ts';

type Fields = Pick<Printer, 'model' | 'nozzleDiameter' | 'bedSize' | 'takesBgcode' | 'identity' | 'learned'>;

/** What a machine told of itself. */
type Told = Pick<PrinterIdentity, LearnedField | 'takesBgcode'> & Partial<MachineIdentity>;

/** What it told before stays when it tells nothing now. */
const identityIn = (told: Told): Pick<Printer, 'identity'> => {
  const identity = machineIdentity(told);
  return identity === undefined ? {} : { identity };
};

/**
 * What the printer tells of itself, where nobody else has said it; which files it reads, it alone knows. Its material
 * is not taken over: it would stand as what staff entered, and outlive the next change of filament.
 */
export const filledIn = <F extends Fields>(fields: F, told: Told | undefined): F => {
  if (told === undefined) return fields;
  const { learned = [] } = fields;
  const model = asciiText(told.model, MAX_WORD).trim();
  const open = (field: LearnedField): boolean => !fields[field] || learned.includes(field);
  const taken = {
    ...(model !== '' && open('model') && { model }),
    ...(told.nozzleDiameter !== null && open('nozzleDiameter') && { nozzleDiameter: told.nozzleDiameter }),
    ...(told.bedSize !== null && open('bedSize') && { bedSize: told.bedSize }),
  };
  const all = [...new Set([...learned, ...(Object.keys(taken) as LearnedField[])])].sort();
  return {
    ...fields,
    ...identityIn(told),
    ...(told.takesBgcode !== null && { takesBgcode: told.takesBgcode }),
    ...taken,
    ...(all.length > 0 && { learned: all }),
  };
};

/** As `filledIn`; a look that came through identifies the printer. Of one that is not there yet more may come. */
export const probed = <F extends Fields & Pick<Printer, 'api'>>(
  fields: F,
  report: ProbeReport | undefined,
): F => {
  const isWhole = report?.problem === null && report.state !== null && !notThere.includes(report.state);
  const isTold = isWhole && fields.api !== 'Mock';
  return { ...filledIn(fields, report), ...(isTold && { identified: 'told' }) };
};

const notThere: readonly ProbeReport['state'][] = [
  'unreachable',
  'unauthorized',
  'offline',
  'connecting',
  'unknown',
];

/** These were entered by hand, whatever the machine told before. */
export const entered = (printer: Printer, fields: readonly LearnedField[]): Printer => {
  const { learned, ...rest } = printer;
  const left = learned?.filter(field => !fields.includes(field)) ?? [];
  return left.length === 0 ? rest : { ...rest, learned: left };
};

/** What decides which files it can print. */
const suits = ({ model, nozzleDiameter, bedSize, takesBgcode }: Printer) =>
  JSON.stringify([model, nozzleDiameter, bedSize ?? null, takesBgcode ?? null]);

/**
 * Stores what the machine told, if it is the one of the row still. A job that is reserved for it may not fit it, and
 * looks for a printer again.
 * @param looked the row that the machine was reached by
 * @param change of the row as it is now
 */
export const learnPrinter = async (
  tx: Transaction,
  looked: Connection & Pick<Printer, 'id'>,
  change: (printer: Printer) => Printer,
  step: { readonly time: string; readonly actor: string },
): Promise<void> => {
  const printer = await tx.get('printers', looked.id);
  if (printer === undefined || printer.removed || !isSameConnection(printer, looked)) return;
  const next = change(printer);
  if (isDeepStrictEqual(next, printer)) return;
  tx.put('printers', next);
  if (suits(next) === suits(printer)) return;
  const reason = `${printer.name} has told what it can print.`;
  await unscheduleJobs(tx, printer.name, { ...step, reason });
};
