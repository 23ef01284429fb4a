import type { Reader, RowChange } from '../../../app/ports.ts';
import type { GcodeFile } from '../../../domain/gcode-file.ts';
import type { Printer } from '../../../domain/printer.ts';
import { type LabJobManagement, writeList } from './job-management-nodes.ts';
import type { Structures } from './structures.ts';

/** Entries of WorkMaster at most; job orders may name other parts, and files, all the same. */
export const MAX_WORK_MASTERS = 1000;

/** What a job order may name, in the lab's lists: published parts, printers and groups. */
export const createOffers = ({ workMaster }: Pick<Structures, 'workMaster'>) => {
  const parts = new Map<string, string>();
  const printers = new Map<string, string>();
  let shownOn: LabJobManagement | undefined;

  const putFile = ({ id, partName }: GcodeFile): boolean => {
    if ((parts.get(id) ?? '') === partName) return false;
    if (partName === '') parts.delete(id);
    else parts.set(id, partName);
    return true;
  };

  const putPrinter = ({ name, group, removed }: Printer): boolean => {
    if (removed) return printers.delete(name);
    if (printers.get(name) === group) return false;
    printers.set(name, group);
    return true;
  };

  const showParts = (): void => {
    const names = [...new Set(parts.values())].sort().slice(0, MAX_WORK_MASTERS);
    if (shownOn) writeList(shownOn.offered.WorkMaster, 'WorkMaster', names.map(workMaster));
  };

  const showPrinters = (): void => {
    const groups = new Set(
      [...printers.values()].filter(group => group !== '').map(group => `group:${group}`),
    );
    if (shownOn) writeList(shownOn.offered.EquipmentID, 'EquipmentID', [...printers.keys(), ...groups]);
  };

  return {
    show(nodes: LabJobManagement): void {
      shownOn = nodes;
    },
    async load(reader: Reader): Promise<void> {
      for (const file of await reader.find('files')) putFile(file);
      for (const printer of await reader.find('printers')) putPrinter(printer);
      showParts();
      showPrinters();
    },
    apply({ collection, before, after }: RowChange): void {
      if (collection === 'files') {
        const changed =
          after === undefined ? before !== undefined && parts.delete(before.id) : putFile(after);
        if (changed) showParts();
      }
      if (collection === 'printers' && after !== undefined && putPrinter(after)) showPrinters();
    },
  };
};
