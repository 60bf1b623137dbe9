import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../src/store/embedded/postgres-place.ts';
import { loadIsSeen } from './build-context.ts';
import { parseDockerfile, type Stage, type Step } from './dockerfile.ts';
import { createStageFolder, type StageFolder } from './stage-folder.ts';
import { writeWorkspace } from './write-workspace.ts';

/**
 * Carries the Dockerfile out where there is no Docker: each stage in a folder that is the root of its commands, over this
 * machine's own system instead of the base. Then the last one is started as it would be: as process 1 of its account,
 * over a root that cannot be written, with a workspace mounted and a PostgreSQL beside it. Linux, as root.
 */
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const work = await mkdtemp(join(tmpdir(), 'tradelane-image-'));
await chmod(work, 0o755);
try {
  const stages = parseDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'));
  const isSeen = await loadIsSeen(root);
  const built = new Map<string, StageFolder>();
  for (const stage of stages) built.set(stage.name, await build(stage, { built, isSeen }));
  const last = stages.at(-1);
  const folder = last && built.get(last.name);
  if (last === undefined || folder === undefined) throw new Error('the Dockerfile has no stage');
  execFileSync('du', ['-sh', folder.dir], { stdio: 'inherit' });
  await startAndCheck(last, folder);
  say('the image becomes ready, passes its health check, and ends with 0 on SIGTERM');
} finally {
  await rm(work, { recursive: true, force: true });
}

interface Building {
  readonly built: ReadonlyMap<string, StageFolder>;
  readonly isSeen: (path: string) => boolean;
}

async function build({ name, steps }: Stage, { built, isSeen }: Building): Promise<StageFolder> {
  const dir = join(work, name.replaceAll(' ', '-'));
  const folder = await createStageFolder(dir, process.execPath);
  let cwd = '/';
  for (const step of steps) {
    say(`${name}: ${JSON.stringify(step)}`);
    if (step.do === 'workdir') {
      cwd = resolve(cwd, step.path);
      await mkdir(join(dir, cwd), { recursive: true });
    } else if (step.do === 'run') folder.run(step.command, cwd);
    else if (step.do === 'copy')
      await copy(step, { built, isSeen, into: join(dir, resolve(cwd, step.target)) });
  }
  return folder;
}

/** A folder's content, or files; from another stage, or from here as far as a build sees it. */
async function copy(
  { from, sources, target }: Extract<Step, { do: 'copy' }>,
  { built, isSeen, into }: Building & { readonly into: string },
): Promise<void> {
  const origin = from === undefined ? root : built.get(from)?.dir;
  if (origin === undefined) throw new Error(`COPY --from=${from}: there is no such stage`);
  for (const source of sources) {
    const path = join(origin, source);
    const isFolderWanted = target.endsWith('/');
    await cp(path, isFolderWanted ? join(into, source) : into, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (each) => from !== undefined || each === root || isSeen(relative(root, each)),
    });
  }
}

async function startAndCheck({ steps }: Stage, folder: StageFolder): Promise<void> {
  const one = <Kind extends Step['do']>(kind: Kind) =>
    steps.filter((step): step is Extract<Step, { do: Kind }> => step.do === kind).at(-1);
  const env = Object.fromEntries(
    steps.flatMap((step) => (step.do === 'env' ? [[step.name, step.value]] : [])),
  );
  const state = join(work, 'database');
  const postgres = await startEmbeddedPostgres(state);
  try {
    const process1 = folder.start([...(one('entrypoint')?.command ?? []), ...(one('cmd')?.command ?? [])], {
      cwd: '/workspace',
      user: one('user')?.name ?? '0',
      env: { ...env, DATABASE_URL: postgres.url, TRADELANE_LISTEN: '127.0.0.1:0' },
      mounts: { '/workspace': await writeWorkspace(join(work, 'a-workspace')) },
    });
    let said = '';
    process1.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    try {
      const port = env['TRADELANE_METRICS']?.split(':').at(-1);
      await until(async () => {
        if (process1.exitCode !== null) throw new Error(`it has ended with ${process1.exitCode}`);
        return await isReady(`http://127.0.0.1:${port}/readyz`);
      });
      say(await (await fetch(`http://127.0.0.1:${port}/readyz`)).text());
      const [, ...check] = one('healthcheck')?.command ?? [];
      execFileSync(process.execPath, check, { env });
      const inside = execFileSync('pgrep', ['-P', String(process1.pid)], { encoding: 'utf8' }).trim();
      const status = await readFile(`/proc/${inside}/status`, 'utf8');
      say((status.match(/^(Name|Uid|NSpid):.*$/gm) ?? []).join(', '));
      if (!/^Uid:\s+1000\s+1000\s/m.test(status)) throw new Error('it does not run as account 1000');
      const ended = once(process1, 'exit');
      process.kill(Number(inside), (one('stopsignal')?.signal ?? 'SIGTERM') as NodeJS.Signals);
      const [code, signal] = (await ended) as [number | null, string | null];
      if (code !== 0) throw new Error(`it ended with ${code ?? signal}`);
    } catch (thrown) {
      process.stderr.write(said);
      throw thrown;
    } finally {
      process1.kill('SIGKILL');
    }
  } finally {
    await postgres.close();
    await removePostgres(state);
  }
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error('it has not become ready within a minute');
    await new Promise((again) => setTimeout(again, 200));
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
