import { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import type { WriteDeclaration } from '../declaration.ts';
import { createCsvFormat } from './format-csv.ts';
import { createXmlFormat } from './format-xml.ts';

/** How the records of one file are put together. Made anew for every file. */
export interface FileFormat {
  /** The text of one record. Throws TL_TARGET_REJECTED for one that the format cannot hold. */
  format(payload: unknown, where: string): string;
  /** What stands before the first record; asked for after the last was formatted. */
  open(): string;
  close(): string;
  readonly separator: string;
}

export function createFileFormat(declaration: WriteDeclaration): FileFormat {
  switch (declaration.format) {
    case 'csv':
      return createCsvFormat(declaration);
    case 'xml':
      return createXmlFormat(declaration);
    case 'json':
      return { format: toJson, open: () => '[\n', close: () => '\n]\n', separator: ',\n' };
    case 'jsonl':
      return {
        format: (payload, where) => `${toJson(payload, where)}\n`,
        open: () => '',
        close: () => '',
        separator: '',
      };
  }
}

function toJson(payload: unknown, where: string): string {
  if (isJsonObject(payload)) return JSON.stringify(payload);
  throw new Fault('TL_TARGET_REJECTED', `${where}: a record must be an object`);
}
