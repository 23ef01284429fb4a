import { type ObjectTypeElement, variable } from '../elements.ts';

export const printOrderType: ObjectTypeElement = {
  name: 'PrintOrderType',
  description: 'An order of several copies of one part.',
  members: [
    variable('OrderId', 'String', 'Identity of the order, given by who ordered.'),
    variable('Owner', 'String', 'User name of the owner.'),
    variable('File', 'String', 'Name of the file.'),
    variable('Quantity', 'UInt32', 'Parts wanted.'),
    variable('Done', 'UInt32', 'Parts picked, collected or discarded.'),
    variable('Failed', 'UInt32', 'Jobs that failed, bad parts among them, also those that were retried.'),
    variable(
      'StatusCode',
      'Int32',
      'Status by number, an OrderStatusEnumeration: 1 open, 2 done, 3 cancelled, 4 incomplete.',
    ),
    variable('Status', 'String', 'Status by name.'),
    variable('CreateTime', 'DateTime', 'When it was submitted.'),
  ],
};

export const ordersType: ObjectTypeElement = {
  name: 'OrdersType',
  description: 'The orders of the lab and the methods for them.',
  members: [
    {
      kind: 'placeholder',
      name: '<Order>',
      type: 'PrintOrderType',
      description: 'An order, by its OrderId.',
    },
  ],
};
