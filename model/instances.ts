import type { MethodElement } from './elements.ts';
import { methods } from './methods.ts';

/** A static object below Objects/MesPrinting; its members come from its type. */
export interface InstanceElement {
  readonly name: 'Printers' | 'Jobs' | 'Orders';
  readonly type: string;
  readonly description: string;
  readonly methods: readonly MethodElement[];
}

const methodsOf = (name: InstanceElement['name']): readonly MethodElement[] =>
  methods.filter(method => method.object === name);

export const root = {
  name: 'MesPrinting',
  type: 'PrintServerType',
  description: 'The print server of the lab.',
} as const;

export const parts: readonly InstanceElement[] = [
  {
    name: 'Printers',
    type: 'PrintersType',
    description: 'The printers of the lab and the methods for them.',
    methods: methodsOf('Printers'),
  },
  {
    name: 'Jobs',
    type: 'JobsType',
    description: 'The print jobs of the lab and the methods for them.',
    methods: methodsOf('Jobs'),
  },
  {
    name: 'Orders',
    type: 'OrdersType',
    description: 'The orders of the lab and the methods for them.',
    methods: methodsOf('Orders'),
  },
];
