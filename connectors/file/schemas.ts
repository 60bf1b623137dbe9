import type { JsonObject } from '../../src/contract/json.ts';

/** What is meant where nothing is said; the schemas below say the same. */
export const fileDefaults = {
  archive: 'archive',
  settle: '2s',
  ready: 'settled',
  order: 'name',
  maxRecord: '5MB',
  quote: '"',
  /** Of a group whose rows may lie anywhere. */
  limit: '256MB',
  formulas: 'keep',
} as const;

const encoding = {
  type: 'string',
  description: 'Character encoding by its iconv-lite name: utf-8 (default), windows-1252, utf-16le, …',
  examples: ['windows-1252'],
};
const delimiter = (without: string) => ({
  type: 'string',
  minLength: 1,
  maxLength: 1,
  description: `The character between two CSV fields. ${without}`,
  examples: [';'],
});
const writeFormats = ['csv', 'json', 'jsonl', 'xml'];
const format = (formats: readonly string[]) => ({
  enum: formats,
  description: 'How records are written in the file.',
  examples: ['csv'],
});
const names = { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', minLength: 1 } };
const duration = {
  title: 'a duration such as 500ms, 30s, 10m, 2h or 1d',
  type: 'string',
  pattern: '^\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)$',
};
const size = {
  title: 'a size above 0 such as 64KB or 4MB',
  type: 'string',
  pattern: '^(\\d*[1-9]\\d*(\\.\\d+)?|\\d+\\.\\d*[1-9]\\d*)\\s*(B|KB|MB|GB)$',
};

const version = {
  title: 'a column, or a value with its format',
  anyOf: [
    { type: 'string', minLength: 1 },
    {
      type: 'object',
      additionalProperties: false,
      required: ['value', 'format'],
      examples: [{ value: 'CountedAt', format: 'dd.MM.yyyy HH:mm' }],
      properties: {
        value: {
          type: 'string',
          minLength: 1,
          description: 'Column or dotted path.',
          examples: ['CountedAt'],
        },
        format: {
          type: 'string',
          minLength: 1,
          description: 'How the date is written, in the tokens of Luxon, as for $date.',
          examples: ['dd.MM.yyyy HH:mm'],
        },
        timezone: {
          type: 'string',
          minLength: 1,
          description: 'Whose clock it shows (IANA). If left out: that of the connection.',
          examples: ['Europe/Berlin'],
        },
      },
    },
  ],
  description:
    'Column or dotted path of a value that grows with each version; or that and the format of a date such as 28.02.2026, which has no order as it stands. What cannot be ordered makes no record superseded: it is delivered, and told.',
  examples: ['CountedAt', { value: 'CountedAt', format: 'dd.MM.yyyy HH:mm', timezone: 'Europe/Berlin' }],
};

/** JSON Schema of a connection's `config`. */
export const fileConfigSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  examples: [{ path: './data', encoding: 'windows-1252' }],
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description:
        'Folder the files lie in, relative to the workspace. Nothing outside it is read or written.',
      examples: ['./data'],
    },
    archive: {
      title: 'the path of a folder, or false',
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'boolean', const: false },
      ],
      default: fileDefaults.archive,
      description:
        'Folder, relative to `path`, that a file is moved to once all its records are safe. `false`: files stay, and the cursor remembers which were taken.',
      examples: ['done', false],
    },
    settle: {
      ...duration,
      default: fileDefaults.settle,
      description: 'How long a file must have lain unchanged before it is taken (`ready: settled`).',
      examples: ['10s'],
    },
    encoding: { ...encoding, description: `${encoding.description} For all resources that name none.` },
  },
};

const group = {
  type: 'object',
  additionalProperties: false,
  required: ['by', 'as'],
  description: 'Makes one document of all rows that have the same value in one column.',
  examples: [{ by: 'InvoiceNo', as: 'lines' }],
  properties: {
    by: {
      type: 'string',
      minLength: 1,
      description: 'Column (or dotted path) whose value the rows of a document share.',
      examples: ['InvoiceNo'],
    },
    as: {
      type: 'string',
      minLength: 1,
      description: 'Name of the list that holds the rows, each one whole.',
      examples: ['lines'],
    },
    header: {
      ...names,
      description:
        'Columns of the first row that stand on the document besides `by`. Without it: every column.',
      examples: [['Customer', 'Date']],
    },
    sorted: {
      type: 'boolean',
      default: true,
      description:
        'true: the rows of a document lie together; one that comes up again later stops the file. false: they may lie anywhere, and the file is collected in memory up to `limit`.',
      examples: [false],
    },
    limit: {
      ...size,
      default: fileDefaults.limit,
      description: 'With `sorted: false`: how many bytes of rows are collected at most.',
      examples: ['64MB'],
    },
  },
};

const read = {
  type: 'object',
  additionalProperties: false,
  required: ['files', 'format'],
  description: 'How files are found and turned into records.',
  examples: [{ files: 'orders-*.csv', format: 'csv' }],
  properties: {
    files: {
      type: 'string',
      minLength: 1,
      description:
        'Glob, relative to the folder: `orders-*.csv`, `**/*.xml`. Files that are packed with gzip are unpacked, whatever they are called.',
      examples: ['orders-*.csv', '**/*.xml'],
    },
    format: format([...writeFormats, 'fixed', 'xlsx']),
    delimiter: delimiter(
      'Default: what a first line `sep=;` says, else found in the first line, one of , ; tab |',
    ),
    encoding,
    quote: {
      title: 'one character, or false',
      anyOf: [
        { title: 'one character, or false', type: 'string', minLength: 1, maxLength: 1 },
        { type: 'boolean', const: false },
      ],
      default: fileDefaults.quote,
      description:
        'The character around CSV fields that hold delimiters. `false`: quotes are ordinary characters.',
      examples: ["'", false],
    },
    header: {
      title: 'true, or a list of names',
      anyOf: [{ type: 'boolean', const: true }, names],
      default: true,
      description:
        'true: the first line (behind those to `skip`) names the columns. A list: the file has no such line, these are the names.',
      examples: [['InvoiceNo', 'Sku', 'Quantity']],
    },
    columns: {
      ...names,
      description: 'Columns the header must have, in any order, no more and no less.',
      examples: [['InvoiceNo', 'Sku', 'Quantity']],
    },
    skip: {
      type: 'integer',
      minimum: 1,
      description:
        'Lines (csv, fixed) or rows (xlsx) before the header, or before the first record where there is none: titles, notes.',
      examples: [3],
    },
    sheet: {
      title: 'the name of a sheet, or its place from 1',
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'integer', minimum: 1 },
      ],
      description:
        'Sheet of an Excel workbook, by its name or its place from 1. The first one that is not hidden if left out.',
      examples: ['Stock', 2],
    },
    fields: {
      type: 'array',
      minItems: 1,
      description:
        'Where each field of a line stands, with `format: fixed`. Blanks around a value are no part of it.',
      examples: [[{ name: 'sku', start: 1, length: 10 }]],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'start', 'length'],
        examples: [{ name: 'quantity', start: 11, length: 6 }],
        properties: {
          name: { type: 'string', minLength: 1, description: 'Name of the field.', examples: ['quantity'] },
          start: {
            type: 'integer',
            minimum: 1,
            description: 'Column of its first character, counted from 1.',
            examples: [11],
          },
          length: { type: 'integer', minimum: 1, description: 'Its characters.', examples: [6] },
        },
      },
    },
    records: {
      type: 'string',
      minLength: 1,
      description: 'Dotted path to the list of records in a JSON or XML file: `orders.order`.',
      examples: ['orders.order'],
    },
    group,
    ready: {
      enum: ['settled', 'done'],
      default: fileDefaults.ready,
      description:
        'When a file is whole. settled: unchanged for `settle`. done: a file NAME.done lies beside it.',
      examples: ['done'],
    },
    maxRecord: {
      ...size,
      default: fileDefaults.maxRecord,
      description: 'A record or document larger than this becomes an error.',
      examples: ['1MB'],
    },
    order: {
      enum: ['name', 'modified'],
      default: fileDefaults.order,
      description: 'The order files are read in: by name, or by time of last change.',
      examples: ['modified'],
    },
  },
};

const write = {
  type: 'object',
  additionalProperties: false,
  required: ['file', 'format'],
  description: 'How a batch of records becomes a file.',
  examples: [{ file: 'stock-{{timestamp}}.csv', format: 'csv' }],
  properties: {
    file: {
      type: 'string',
      minLength: 1,
      description:
        'Name of the file, relative to the folder, with {{timestamp}}, {{date}} (both UTC) and {{batch}} (same for the same batch). A name in use gets a number.',
      examples: ['stock-{{timestamp}}.csv'],
    },
    format: format(writeFormats),
    columns: {
      ...names,
      description:
        'CSV columns, in order; other members of a record are left out. Default: those of the first record.',
      examples: [['sku', 'quantityAvailable']],
    },
    delimiter: delimiter('Default: a comma.'),
    encoding,
    records: {
      type: 'string',
      minLength: 1,
      description: 'Dotted path of the elements around and of each XML record: `orders.order`. XML only.',
      examples: ['orders.order'],
    },
    formulas: {
      enum: ['keep', 'neutralise'],
      default: fileDefaults.formulas,
      description:
        'CSV that people open in a spreadsheet: `neutralise` puts an apostrophe before texts that begin with = + - @ and are no numbers, so that no text of a customer is calculated.',
      examples: ['neutralise'],
    },
    done: {
      type: 'boolean',
      default: false,
      description: 'Write an empty NAME.done once the file is complete.',
      examples: [true],
    },
  },
};

/** JSON Schema of one resource declared on a `file` connection. */
export const fileResourceSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  examples: [{ key: 'InvoiceNo', read: { files: 'orders-*.csv', format: 'csv' } }],
  anyOf: [{ required: ['read'] }, { required: ['write'] }],
  properties: {
    summary: {
      type: 'string',
      description: 'One line about the resource.',
      examples: ['Orders of the till system, one file a day'],
    },
    key: {
      type: 'string',
      minLength: 1,
      description: 'Column or dotted path of a record that identifies it.',
      examples: ['InvoiceNo'],
    },
    version,
    read,
    write,
  },
};
