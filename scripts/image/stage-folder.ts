import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A folder that is the root of what is carried out in it; what a base image has comes from this machine. */
export interface StageFolder {
  readonly dir: string;
  /** Carries a shell command out in it, and waits for its end. */
  run(command: string, cwd: string): void;
  /** Starts a command as process 1 of an account, over a root that cannot be written. */
  start(command: readonly string[], how: StartInStage): ChildProcess;
}

export interface StartInStage {
  readonly cwd: string;
  /** `1000:1000` */
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folders of this machine that are mounted, by where. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** @param node - the program that stands in for the one of the base. */
export async function createStageFolder(dir: string, node: string): Promise<StageFolder> {
  for (const each of ['usr', 'etc', 'proc', 'dev', 'tmp', 'local/bin', 'run'])
    await mkdir(join(dir, each), { recursive: true });
  const npm = dirname(dirname(await realpath(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  for (const each of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${each}`, join(dir, each));
  const files = {
    'local/bin/node': `#!/bin/sh\nexec /run/node "$@"\n`,
    'local/bin/npm': `#!/bin/sh\nexec /run/node ${npm}/bin/npm-cli.js "$@"\n`,
    'run/node': '',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(dir, path), text, { mode: 0o755 });
  return {
    dir,
    run: (command, cwd) => {
      const inside = `cd '${cwd}' && ${command}`;
      execFileSync(
        'unshare',
        [
          '--mount',
          'sh',
          '-ec',
          `${mountAll({ dir, node, mounts: {} })}exec chroot '${dir}' sh -ec "$0"`,
          inside,
        ],
        {
          stdio: 'inherit',
          env: { ...baseEnv, HOME: '/tmp', ...npmEnv() },
        },
      );
    },
    start: (command, { cwd, user, env, mounts }) => {
      const [uid = '', gid = uid] = user.split(':');
      const enter = `exec chroot --userspec=${uid}:${gid} '${dir}' sh -c 'cd "$0" && exec "$@"' '${cwd}' "$@"`;
      const script = `${mountAll({ dir, node, mounts })}mount -o remount,bind,ro '${dir}'\n${enter}`;
      return spawn(
        'unshare',
        ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script, 'sh', ...command],
        {
          stdio: ['ignore', 'inherit', 'pipe'],
          env: { ...baseEnv, ...env },
        },
      );
    },
  };
}

const baseEnv = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' };

/** How npm reaches its registry from here. */
function npmEnv(): Readonly<Record<string, string>> {
  const wanted = /^(npm_config_(registry|cafile)|NODE_EXTRA_CA_CERTS|https?_proxy|no_proxy)$/i;
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    wanted.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return Object.fromEntries(own);
}

interface Mounting {
  readonly dir: string;
  readonly node: string;
  readonly mounts: Readonly<Record<string, string>>;
}

/** Of this machine, what a base image has, not to be written; and what belongs to the stage itself. */
function mountAll({ dir, node, mounts }: Mounting): string {
  const at = (path: string) => `'${dir}${path}'`;
  const lines = [
    `mount --make-rprivate /`,
    `mount --bind ${at('')} ${at('')}`,
    ...['/usr', '/etc'].flatMap((each) => [
      `mount --bind ${each} ${at(each)}`,
      `mount -o remount,bind,ro ${at(each)}`,
    ]),
    `mount --bind ${at('/local')} ${at('/usr/local')}`,
    `mount --bind '${node}' ${at('/run/node')}`,
    `mount --bind /dev ${at('/dev')}`,
    `mount -t proc proc ${at('/proc')}`,
    `mount -t tmpfs tmpfs ${at('/tmp')}`,
    ...Object.entries(mounts).flatMap(([target, source]) => [
      `mkdir -p ${at(target)}`,
      `mount --bind '${source}' ${at(target)}`,
      `mount -o remount,bind,ro ${at(target)}`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}
