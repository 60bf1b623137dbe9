import { basename } from 'node:path';
import { present } from '../../contract/present.ts';
import { referencesIn } from '../../workspace/text/references.ts';
import type { Choice, NamedEnd } from './choice.ts';
import { composeTest } from './compose-test.ts';
import { connectionText, simulatorPorts } from './connection-text.ts';
import { type FlowSide, pluralOf, templateOf } from './ends.ts';
import type { ComposeTools, NewFile } from './new-file.ts';
import { fillTemplate, type Templates } from './templates.ts';

/** The files of a new workspace, sorted by path. */
export async function composeWorkspace(choice: Choice, tools: ComposeTools): Promise<readonly NewFile[]> {
  const { flow, source, target } = choice;
  const connections = await composeConnections(choice, tools);
  const values = {
    flow,
    summary: `${capitalised(pluralOf(source.entity))} go from ${source.name} to ${target.name}`,
    name: packageName(tools.dir),
    dependency: tools.dependency,
    origin: originNote(tools.dependency),
    before: beforeRunning(choice, tools.templates),
  };
  const variables = variablesOf(connections);
  const common = [...tools.templates]
    .filter(([path]) => path.startsWith('workspace/'))
    .map(([path, text]) => {
      const lines = path.endsWith('.yml') ? jobVariables(variables) : exampleLines(variables);
      return toFile(path.slice('workspace/'.length), fillTemplate(text, { ...values, variables: lines }));
    });
  const flowFile = toFile(`flows/${flow}.yaml`, composeFlow(choice, values, tools.templates));
  const connectionsFile = toFile('config/connections.yaml', connections);
  const test = await composeTest(choice, { ...tools, documents: [flowFile, connectionsFile] });
  const files = [
    ...common.map((file) => (file.path === '.gitignore' ? withIgnored(file, target, tools.templates) : file)),
    ...dataFiles(choice, tools.templates),
    flowFile,
    connectionsFile,
    toFile(`flows/${flow}.test.yaml`, test),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** npm leaves a file named .gitignore out of a package, and git may be told to ignore whatever begins with .env. */
const dotted: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'env.example': '.env.example',
  // A package.json of its own would make a package of the templates.
  'manifest.json': 'package.json',
};

function toFile(path: string, text: string): NewFile {
  return { path: dotted[path] ?? path, text };
}

async function composeConnections(
  { source, target }: Choice,
  { around, loaded, templates }: ComposeTools,
): Promise<string> {
  const tools = { around, workspace: loaded.workspace, templates };
  const ends = [await connectionText('source', source, tools), await connectionText('target', target, tools)];
  return present(templates.get('connections.yaml'), 'a template') + ends.join('');
}

/** `as` stands where both sides know the entity: an end that does not know it is given, or gives, its own form. */
function composeFlow(
  { source, target }: Choice,
  values: Readonly<Record<string, string>>,
  templates: Templates,
): string {
  const asLine = ({ entity, isMapped }: NamedEnd) => (isMapped ? `  as: ${entity}` : '');
  const ofSource = (part: string) => templateOf(templates, source, `source/${part}`);
  const ofTarget = (part: string) => templateOf(templates, target, `target/${part}`);
  const filter = ofSource('filter.yaml') ?? ofTarget('filter.yaml');
  const key = ofTarget('key.yaml') ?? ofSource('key.yaml');
  const steps = [filter, key, ofSource('flow.yaml'), ofTarget('flow.yaml')].map((part) => part ?? '');
  return fillTemplate(present(templates.get('flow.yaml'), 'a template'), {
    ...values,
    source: source.name,
    sourceResource: source.resource,
    sourceAs: asLine(source),
    steps: steps.join(''),
    target: target.name,
    targetResource: target.resource,
    targetAs: asLine(target),
    write: target.write ?? 'upsert',
  });
}

function dataFiles({ source, target }: Choice, templates: Templates): readonly NewFile[] {
  const sample = templateOf(templates, source, 'source/data.csv');
  const files =
    sample === undefined ? [] : [toFile(`data/${source.name}/${source.resource}-2026-01.csv`, sample)];
  return isFolder(target) ? [...files, toFile(`data/${target.name}/.gitkeep`, '')] : files;
}

function withIgnored(file: NewFile, target: NamedEnd, templates: Templates): NewFile {
  const ignored = templateOf(templates, target, 'target/gitignore') ?? '';
  return { ...file, text: file.text + fillTemplate(ignored, { name: target.name }) };
}

function isFolder({ connector }: NamedEnd): boolean {
  return connector === 'file';
}

/** Each variable of the connections, once, with its default. */
function variablesOf(connections: string): ReadonlyMap<string, string> {
  return new Map(referencesIn(connections).map(({ name, fallback = '' }) => [name, fallback]));
}

/** Lines of an .env file that change nothing yet. */
function exampleLines(variables: ReadonlyMap<string, string>): string {
  return [...variables].map(([name, value]) => `#${name}=${value}`).join('\n');
}

/** What a build machine sets: nothing is called there, so the defaults will do. */
function jobVariables(variables: ReadonlyMap<string, string>): string {
  if (variables.size === 0) return '';
  return ['env:', ...[...variables].map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)].join('\n');
}

/** `shop`, of the folder's name what npm allows. */
function packageName(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  // npm takes a package for itself, and nothing can be installed in it, where both have one name.
  return name === '' || name === 'tradelane' ? 'workspace' : name;
}

function originNote(dependency: string): string {
  if (!dependency.startsWith('file:')) return '';
  return `Tradelane itself comes from the checkout that wrote this workspace (\`${dependency}\` in \`package.json\`). A machine that does not have it there needs a package in its place, which \`npm run build && npm pack ./dist\` makes in that checkout.`;
}

/** What has to be there before the flow can run. */
function beforeRunning({ source, target }: Choice, templates: Templates): string {
  const ofFolders = sidesOf(source, target)
    .filter(([, end]) => isFolder(end))
    .map(([side, { name }]) =>
      side === 'source'
        ? `Files are read from \`data/${name}/\`.`
        : `What is delivered lies in \`data/${name}/\`.`,
    );
  const commands = simulateCommands({ source, target }, templates);
  if (commands.length === 0) return ofFolders.join(' ');
  return [
    'Until `.env` names systems of your own, simulators stand in for them. Start them before the flow runs, each in a terminal of its own:',
    ['```sh', ...commands.map((command) => `npx ${command}`), '```'].join('\n'),
    ...ofFolders,
  ].join('\n\n');
}

/** `tradelane simulate ordercloud --port 9001 --size orders=20 …`, for each end that is a system of somebody's. */
export function simulateCommands(
  { source, target }: Pick<Choice, 'source' | 'target'>,
  templates: Templates,
): readonly string[] {
  return sidesOf(source, target)
    .filter(([, end]) => !isFolder(end))
    .map(([side, { connector }]) => {
      const size = templates.get(`ends/${connector}/simulate`)?.trim();
      const sizes = size === undefined ? '' : ` --size ${size}`;
      return `tradelane simulate ${connector} --port ${simulatorPorts[side]}${sizes}`;
    });
}

function sidesOf(source: NamedEnd, target: NamedEnd): readonly (readonly [FlowSide, NamedEnd])[] {
  return [
    ['source', source],
    ['target', target],
  ];
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
