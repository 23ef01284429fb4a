import type { EnumerationElement, EventTypeElement, Member, VariableElement } from './elements.ts';
import { enumerations } from './enumerations.ts';
import { eventTypes } from './events.ts';
import type { PinnedId } from './ids.ts';
import { printJobType } from './types/print-job.ts';
import { printOrderType } from './types/print-order.ts';
import { printServerType } from './types/print-server.ts';
import { printerType } from './types/printer.ts';
import { TYPES_INDEX } from './version.ts';

/** Where a cell would end, the text must not. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n');

/** A browse shows the enumeration as the data type; what is read is its number. */
const typeOf = ({ dataType, unit }: VariableElement): string => {
  const isEnumeration = dataType.endsWith('Enumeration');
  const name = isEnumeration ? `Int32, values of [${dataType}](#${dataType.toLowerCase()})` : dataType;
  return unit === undefined ? name : `${name}, ${unit.symbol}`;
};

const rowsOf = (members: readonly Member[], path = ''): readonly (readonly string[])[] =>
  members.flatMap(member => {
    if (member.kind === 'variable') {
      return [[`\`${path}${member.name}\``, typeOf(member), member.description]];
    }
    return member.kind === 'object' ? rowsOf(member.members, `${path}${member.name}/`) : [];
  });

const variables = (title: string, where: string, members: readonly Member[]): string =>
  `## ${title}\n\n${where}\n\n${table(['Variable', 'Type', 'What it is'], rowsOf(members))}`;

const event = ({ name, description, fields }: EventTypeElement, id: PinnedId['id']): string =>
  `### ${name}, \`ns=${TYPES_INDEX};i=${id}\`\n\n${description}\n\n${table(['Field', 'Type', 'What it is'], rowsOf(fields))}`;

const codes = ({ name, description, values }: EnumerationElement): string =>
  `### ${name}\n\n${description}\n\n${table(
    ['Number', 'Name', 'What it means'],
    values.map(one => [String(one.value), `\`${one.name}\``, one.description]),
  )}`;

/** Of the variables that one polls, the events and the numbers, for people. */
export const writeReference = (ids: readonly PinnedId[]): string => {
  const idOf = (symbol: string): PinnedId['id'] => {
    const found = ids.find(one => one.symbol === symbol);
    if (found === undefined) throw new Error(`${symbol} has no id.`);
    return found.id;
  };
  const sections = [
    '# OPC UA: variables, events and numbers',
    'Made from the model by `npm run model`. How to log in, the methods and who may read what: [plc.md](plc.md).',
    variables(
      'The server',
      'Below `ns=3;s=MesPrinting`. Poll `Heartbeat`: if it stands still for more than a few seconds, no work is done.',
      printServerType.members,
    ),
    variables(
      'A printer',
      'Below `ns=3;s=Printers/Printer1`: `ns=3;s=Printers/Printer1/Nozzle/Actual`. All variables of one printer change ' +
        'together. What the server knows by itself (State, Ready, Bed/Clear, Job/JobId, Pickup …) is always Good; ' +
        'measured values are Uncertain while the printer is lost, and BadNoData where it does not say.',
      printerType.members,
    ),
    variables(
      'A job',
      'Below `ns=3;s=Jobs/42`, for the `JOB_NODES` most important jobs; `GetJob` and `FindJobs` know every one.',
      printJobType.members,
    ),
    variables(
      'An order',
      'Below `ns=3;s=Orders/A-17`, for open orders first and then the newest; `GetOrder` knows every one.',
      printOrderType.members,
    ),
    '## Events\n\nSubscribe to events of `ns=3;s=Jobs` (jobs), of `ns=3;s=Printers` or one printer (pick-ups), or of ' +
      '`ns=3;s=MesPrinting` or the Server object (all). A gap in `ChangeCount` shows a lost event: read again what you ' +
      'need. Beside these fields an event has those of BaseEventType (`SourceNode`, `Time`, `Message` …).',
    ...eventTypes.map(one => event(one, idOf(one.name))),
    '## Numbers',
    ...enumerations.map(codes),
  ];
  return `${sections.join('\n\n')}\n`;
};
