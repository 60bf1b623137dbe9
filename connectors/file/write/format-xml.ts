import { XMLBuilder, XMLValidator } from 'fast-xml-parser';
import { withoutExactNumbers } from '../../../src/contract/exact-json/json-number.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import type { WriteDeclaration } from '../declaration.ts';
import type { FileFormat } from './format-file.ts';

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  suppressBooleanAttributes: false,
});

/** `records: orders.order`: every record is an `order` element inside `orders`. Attributes are members `@name`. */
export function createXmlFormat({ records, encoding }: WriteDeclaration): FileFormat {
  const steps = (records ?? 'records.record').split('.');
  const around = steps.slice(0, -1);
  const element = steps.at(-1) ?? 'record';
  return {
    format(payload, where) {
      if (!isJsonObject(payload))
        throw new Fault('TL_TARGET_REJECTED', `${where}: a record must be an object`);
      const text: string = builder.build({ [element]: withoutExactNumbers(payload) });
      // The builder takes any member name for an element's.
      if (XMLValidator.validate(text) === true) return `${text}\n`;
      throw new Fault('TL_TARGET_REJECTED', `${where}: a member's name is no name of an XML element`);
    },
    open: () =>
      `<?xml version="1.0" encoding="${encoding}"?>\n${around.map((name) => `<${name}>`).join('')}\n`,
    close: () =>
      `${around
        .map((name) => `</${name}>`)
        .reverse()
        .join('')}\n`,
    separator: '',
  };
}
