import file from '../../../connectors/file/index.ts';

/** A process of its own, so that its memory is that of the connector: `read-large-file.ts FOLDER FORMAT`. */
const [, , path = '', format = ''] = process.argv;
const connection = file.open(
  {
    name: 'large',
    config: { path, archive: false },
    resources: { records: { key: 'id', read: { files: `large.${format}`, format } } },
    limits: {},
    workspaceDir: '/',
  },
  { clock: { now: () => Date.now() }, log: { debug: () => {}, warn: () => {} } },
);
const read = connection.resources['records']?.read;
if (read === undefined) throw new Error('the resource has no read');
let records = 0;
let faults = 0;
for await (const page of read({ where: {}, signal: new AbortController().signal })) {
  faults += page.records.filter((each) => 'fault' in each).length;
  records += page.records.filter((each) => 'record' in each).length;
}
const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ records, faults, maxRssMb }));
