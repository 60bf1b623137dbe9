import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { type OpenFlow, withOpenFlow } from '../../app/open/open-flow.ts';
import { readJson } from '../../contract/exact-json/read-json.ts';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { findNative } from '../../engine/case/find-native.ts';
import { endsAlike, type RecordedCase, recordCase } from '../../engine/case/record-case.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type DeadLetter, loadError } from '../../store/errors/errors.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import { appendCase, formatCase, toFreeName } from '../../workspace/text/append-case.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { describeRecorded } from '../output/recorded-text.ts';

interface Options extends CommonOptions {
  readonly key?: string;
  readonly error?: string;
  readonly case?: string;
  readonly to?: string;
  readonly print?: boolean;
}

export function recordCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('record'))
    .summary('make a test case of a real record, redacted')
    .description(
      "Takes one real record, masks what the schemas mark as personal or secret, and adds it to the flow's tests: as the flow maps it now (--key), or as a case that fails until an error is mended (--error).",
    )
    .argument('<flow>', 'name of the flow')
    .option('--key <key>', 'the record with this key, read from the source')
    .option('--error <id>', 'the record of an error, as `errors list` shows it')
    .option('--case <name>', 'name of the case; made of the record if left out')
    .option('--to <file>', 'test file to add it to; flows/FLOW.test.yaml if left out')
    .option('--print', 'print the case instead of writing it')
    .addHelpText(
      'after',
      example(
        'tradelane record orders-to-erp --key SO-100012',
        'tradelane record orders-to-erp --error 17 --case "a blocked item is refused"',
        'tradelane record orders-to-erp --key SO-100012 --print',
      ),
    )
    .action(async (flow: string, options: Options) => report(await record(context, flow, options)));
}

/** The record that a case is made of. */
interface Taken {
  readonly native: unknown;
  /** The error that it is of. */
  readonly error?: DeadLetter;
}

async function record(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const { key, error, to } = options;
  if ((key === undefined) === (error === undefined)) {
    throw new Fault('TL_ARGUMENT_INVALID', 'either --key KEY or --error ID says which record is meant');
  }
  if (to !== undefined && !to.endsWith('.test.yaml')) {
    throw new Fault('TL_ARGUMENT_INVALID', `--to must name a file that ends in .test.yaml, got "${to}"`);
  }
  const id = error === undefined ? undefined : parseCount(error, '--error');
  return await withOpenFlow(context, { dir: workspaceDir(context, options), flow }, async (open) => {
    const taken = id === undefined ? await takeByKey(context, open, key ?? '') : await takeError(open, id);
    const { db, plan, entity } = open;
    const scope = xrefScopeOf(plan);
    const xref = createXrefLookup((name, ids) => loadXrefs(db, { ...scope, entity: name }, ids));
    const offline = createOfflinePlans(open.workspace, context.clock);
    const testPlan = offline.compile(flow, {});
    const recorded = await recordCase({ plan, testPlan, xref, entity }, taken.native).finally(offline.close);
    const made = toCase(open, recorded, { name: options.case, error: taken.error });
    const kept = await keep(context, open, made, options);
    return tell(context, { open, recorded, kept, taken, options });
  });
}

/** Records read in the search of one, at the most. */
const maxRecords = 100_000;

async function takeByKey(context: Context, { plan, workspace }: OpenFlow, key: string): Promise<Taken> {
  const { maxRecordBytes } = workspace.settings;
  const { native, read } = await findNative(plan, key, { signal: context.stop, maxRecords, maxRecordBytes });
  if (native !== undefined) return { native };
  const { connection, resource } = plan.source;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `no record with the key "${key}" among the ${read} that ${connection}.${resource.name} gave${read >= maxRecords ? '; no more are read' : ' this flow'}`,
  );
}

async function takeError({ db, plan }: OpenFlow, id: number): Promise<Taken> {
  const found = await loadError(db, id);
  if (!found)
    throw new Fault('TL_ARGUMENT_INVALID', `there is no error ${id}; \`tradelane errors list\` has them`);
  if (found.error.flow !== plan.flow) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `error ${id} is one of the flow "${found.error.flow}", not of "${plan.flow}"`,
    );
  }
  if ('raw' in found.record) {
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `error ${id} has no whole record, only the text of what could not be read (${found.error.code}): there is nothing to test the flow with`,
    );
  }
  return { native: found.record.native, error: found.error };
}

function toCase(
  { plan }: OpenFlow,
  recorded: RecordedCase,
  { name, error }: { readonly name: string | undefined; readonly error: DeadLetter | undefined },
): TestCase {
  const what = `${plan.source.entity ?? plan.source.resource.name} ${recorded.key ?? 'without a key'}`;
  return {
    case: name ?? (error ? `${what}: ${error.code} of error ${error.id}` : what),
    record: recorded.record,
    ...(Object.keys(recorded.xref).length > 0 && { xref: recorded.xref }),
    expect: error ? { outcome: 'delivered' } : expectationOf(plan.target.write, recorded),
  };
}

function expectationOf(write: string, { redacted, key }: RecordedCase): TestCase['expect'] {
  switch (redacted.end) {
    case 'filtered':
      return { outcome: 'filtered', ...(redacted.reason !== undefined && { message: redacted.reason }) };
    case 'blocked':
      return { outcome: 'blocked' };
    case 'failed':
      return { fault: redacted.fault.code };
    case 'through': {
      const named = key === undefined ? {} : { key };
      // A delete needs the key alone.
      if (write === 'delete') return { ...named, outcome: 'delivered' };
      return { ...named, payload: readJson(redacted.text).value };
    }
  }
}

interface Kept {
  readonly added: TestCase;
  /** As messages show it; absent where nothing was to be written. */
  readonly file?: string;
}

async function keep(
  context: Context,
  { workspace, plan }: OpenFlow,
  made: TestCase,
  { to, print, case: name }: Options,
): Promise<Kept> {
  if (print) return { added: made };
  const path =
    to === undefined ? join(workspace.dir, 'flows', `${plan.flow}.test.yaml`) : resolve(context.cwd, to);
  const file = relative(context.cwd, path);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be read: ${cause.message}`, { cause });
  });
  const added = name === undefined ? { ...made, case: toFreeName(text, made.case) } : made;
  const schema = schemaPath(workspace.files.get(workspace.flows.get(plan.flow)?.file ?? '')?.text ?? '');
  const written = appendCase({ path: file, text, flow: plan.flow, schema }, added);
  await writeFile(path, written).catch((cause: Error) => {
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be written: ${cause.message}`, { cause });
  });
  if (dirname(path) !== join(workspace.dir, 'flows')) {
    printNote(context, `${file} lies outside of flows/, where \`tradelane test\` looks`);
  }
  return { added, file };
}

/** Where the flow's own first line finds its schema, there lies that of tests as well. */
function schemaPath(flowText: string): string {
  const named = /^# yaml-language-server: \$schema=(\S*)flow\.schema\.json/m.exec(flowText)?.[1];
  return `${named ?? '../.tradelane/schemas/'}test.schema.json`;
}

interface Told {
  readonly open: OpenFlow;
  readonly recorded: RecordedCase;
  readonly kept: Kept;
  readonly taken: Taken;
  readonly options: Options;
}

function tell(context: Context, { open, recorded, kept, taken, options }: Told): ExitCode {
  const { added, file } = kept;
  const notes = describeRecorded(recorded, taken.error);
  if (options.json) {
    const { end } = recorded.redacted;
    const fault = recorded.redacted.end === 'failed' ? recorded.redacted.fault : undefined;
    printJson(context, {
      flow: open.plan.flow,
      case: added,
      ...(file !== undefined && { file }),
      masked: recorded.masked,
      maskedByName: recorded.byName,
      ends: end === 'through' ? 'delivered' : end,
      ...(fault && { fault: { code: fault.code, message: fault.message } }),
      endsAlike: endsAlike(recorded),
    });
  } else if (file === undefined) printLine(context, formatCase(added).trimEnd());
  else printLine(context, `the case "${added.case}" stands in ${file}`);
  for (const note of notes) printNote(context, note);
  return endsAlike(recorded) ? exit.clean : exit.findings;
}
