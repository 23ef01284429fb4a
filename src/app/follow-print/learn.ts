import { incompatibleReason } from '../../domain/compatibility.ts';
import { advance, PRINTER_ACTOR, SERVER_ACTOR, unschedule } from '../../domain/job.ts';
import { isIdentified, type Printer } from '../../domain/printer.ts';
import { asciiText } from '../../domain/text.ts';
import type { PrinterIdentity } from '../ports.ts';
import { filledIn, learnPrinter } from '../printers/learn-printer.ts';
import { type FollowContext, jobOn, timeOf } from './context.ts';

/** What the printer told when it was asked what it is. @param looked the row that it was reached by */
export const identified = (
  context: FollowContext,
  looked: Printer,
  identity: PrinterIdentity,
): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR }, tx =>
    learnPrinter(tx, looked, printer => ({ ...filledIn(printer, identity), identified: 'told' }), {
      time: timeOf(context),
      actor: PRINTER_ACTOR,
    }),
  );

/** It answers, and does not tell what it is: it prints by what staff said of it. */
export const unidentifiable = (context: FollowContext, looked: Printer): Promise<void> =>
  context.commit({ actor: SERVER_ACTOR }, tx =>
    learnPrinter(
      tx,
      looked,
      printer => (isIdentified(printer) ? printer : { ...printer, identified: 'silent' }),
      { time: timeOf(context), actor: SERVER_ACTOR },
    ),
  );

/**
 * The printer is certain to take no binary g-code: that is remembered, and the job waits for another. It has failed
 * only if no printer of the lab can print it, whichever it wants: staff may assign another.
 */
export const noBgcode = (context: FollowContext, jobId: number, words: string): Promise<void> =>
  context.commit({ actor: PRINTER_ACTOR, reason: words }, async tx => {
    const printer = await tx.get('printers', context.printer.id);
    const job = await jobOn(context, tx, jobId);
    if (printer === undefined) return;
    tx.put('printers', { ...printer, takesBgcode: false });
    if (job?.status !== 'scheduled') return;
    const file = await tx.get('files', job.fileId);
    const printers = await tx.find('printers', { where: { removed: false } });
    const canPrint = printers.some(
      one => file !== undefined && one.id !== printer.id && incompatibleReason(file, one) === '',
    );
    const time = timeOf(context);
    const reason = canPrint ? words : `${words} No other printer of the lab can print it.`;
    const step = { time, actor: SERVER_ACTOR, reason: asciiText(reason) };
    tx.put('jobs', canPrint ? unschedule(job, step) : advance(job, 'failed', step, { endTime: time }));
  });
