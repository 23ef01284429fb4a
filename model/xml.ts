import type { ArgumentElement, EnumerationElement, Unit } from './elements.ts';
import { referenceIds, scalarIds, type UaNode } from './nodes.ts';
import { model } from './version.ts';

const TYPES_XSD = 'http://opcfoundation.org/UA/2008/02/Types.xsd';

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const attributes = (entries: Readonly<Record<string, string>>): string =>
  Object.entries(entries)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');

const localized = (tag: string, text: string): string =>
  `<${tag}><Locale>en</Locale><Text>${escapeXml(text)}</Text></${tag}>`;

/** Line breaks belong here: asyncua's importer takes a value without text between its elements for null. */
const lines = (open: string, items: readonly string[], close: string): string =>
  [open, ...items.map(item => `        ${item}`), `      ${close}`].join('\n');

const extensionObject = (encodingId: string, body: string, namespace = ''): string =>
  lines(
    `<ExtensionObject${namespace}>`,
    [`<TypeId><Identifier>${encodingId}</Identifier></TypeId>`, `<Body>${body}</Body>`],
    '</ExtensionObject>',
  );

const value = (body: string): string => `<Value>\n      ${body}\n    </Value>`;
const ofTypes = ` xmlns="${TYPES_XSD}"`;
const structureValue = (encodingId: string, body: string): string =>
  value(extensionObject(encodingId, body, ofTypes));
const listValue = (type: string, items: readonly string[]): string =>
  value(lines(`<ListOf${type}${ofTypes}>`, items, `</ListOf${type}>`));

/** OPC 10000-8, 5.6.3; i=888 is EUInformation in XML. */
export const unitValue = (unit: Unit): string =>
  structureValue(
    'i=888',
    '<EUInformation><NamespaceUri>http://www.opcfoundation.org/UA/units/un/cefact</NamespaceUri>' +
      `<UnitId>${unit.id}</UnitId>${localized('DisplayName', unit.symbol)}${localized('Description', unit.name)}</EUInformation>`,
  );

export const rangeValue = ([low, high]: readonly [number, number]): string =>
  structureValue('i=885', `<Range><Low>${low}</Low><High>${high}</High></Range>`);

export const argumentsValue = (list: readonly ArgumentElement[]): string =>
  listValue(
    'ExtensionObject',
    list.map(({ name, dataType, array, description }) =>
      extensionObject(
        'i=297',
        `<Argument><Name>${name}</Name><DataType><Identifier>${scalarIds[dataType]}</Identifier></DataType>` +
          `<ValueRank>${array ? 1 : -1}</ValueRank>` +
          `${array ? '<ArrayDimensions><UInt32>0</UInt32></ArrayDimensions>' : '<ArrayDimensions/>'}` +
          `${localized('Description', description)}</Argument>`,
      ),
    ),
  );

export const enumStringsValue = ({ values }: EnumerationElement): string =>
  listValue(
    'LocalizedText',
    values.map(({ name }) => localized('LocalizedText', name)),
  );

export const enumValuesValue = ({ values }: EnumerationElement): string =>
  listValue(
    'ExtensionObject',
    values.map(entry =>
      extensionObject(
        'i=7616',
        `<EnumValueType><Value>${entry.value}</Value>${localized('DisplayName', entry.name)}` +
          `${localized('Description', entry.description)}</EnumValueType>`,
      ),
    ),
  );

export const definition = ({ name, values }: EnumerationElement): string =>
  `<Definition Name="1:${name}">${values
    .map(
      entry =>
        `<Field Name="${entry.name}" Value="${entry.value}"><Description>${escapeXml(entry.description)}</Description></Field>`,
    )
    .join('')}</Definition>`;

const writeNode = (node: UaNode): string => {
  const head = attributes({
    NodeId: node.nodeId,
    BrowseName: node.browseName,
    ...(node.parent === undefined ? {} : { ParentNodeId: node.parent }),
    ...node.attributes,
  });
  const references = node.references.map(
    ({ type, target, forward }) =>
      `      <Reference ReferenceType="${type}"${forward ? '' : ' IsForward="false"'}>${escapeXml(target)}</Reference>`,
  );
  return [
    `  <UA${node.nodeClass}${head}>`,
    `    <DisplayName>${escapeXml(node.displayName)}</DisplayName>`,
    `    <Description>${escapeXml(node.description)}</Description>`,
    '    <References>',
    ...references,
    '    </References>',
    ...(node.content === undefined ? [] : [`    ${node.content}`]),
    `  </UA${node.nodeClass}>`,
  ].join('\n');
};

const writeModel = (uri: string, required: readonly string[]): string =>
  [
    `    <Model ModelUri="${uri}" Version="${model.version}" PublicationDate="${model.publicationDate}">`,
    ...required,
    '    </Model>',
  ].join('\n');

const required = (uri: string, version: string, publicationDate: string): string =>
  `      <RequiredModel ModelUri="${uri}" Version="${version}" PublicationDate="${publicationDate}"/>`;

/** UANodeSet.xsd (OPC 10000-6, Annex F); the file's index 1 are the types, 2 the instances. */
export const writeNodeset = (nodes: readonly UaNode[]): string => {
  const base = required(model.standard.uri, model.standard.version, model.standard.publicationDate);
  const aliases = { ...scalarIds, ...referenceIds };
  return `${[
    '<?xml version="1.0" encoding="utf-8"?>',
    '<!-- Generated from model/ by "npm run model": do not edit. -->',
    `<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd" LastModified="${model.publicationDate}">`,
    '  <NamespaceUris>',
    `    <Uri>${model.typesUri}</Uri>`,
    `    <Uri>${model.instancesUri}</Uri>`,
    '  </NamespaceUris>',
    '  <Models>',
    writeModel(model.typesUri, [base]),
    // Without the standard model again: asyncua's importer refuses one that is required twice.
    writeModel(model.instancesUri, []),
    '  </Models>',
    '  <Aliases>',
    ...Object.entries(aliases).map(([name, id]) => `    <Alias Alias="${name}">${id}</Alias>`),
    '  </Aliases>',
    ...nodes.map(writeNode),
    '</UANodeSet>',
  ].join('\n')}\n`;
};
