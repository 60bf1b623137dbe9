import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts of a process and all below it. Where there is no /proc, all of it is 0. */
export interface ProcessTree {
  /** So far, those that have ended included. */
  cpuSeconds(): number;
  /** MiB now. What processes share (PostgreSQL's buffers) is counted once: the sum of their PSS. */
  memoryMb(): number;
}

export function watchTree(pid: number): ProcessTree {
  return {
    cpuSeconds: () => membersOf(pid).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
    memoryMb: () => membersOf(pid).reduce((sum, member) => sum + pssKbOf(member.pid), 0) / 1024,
  };
}

/** The highest of what is measured every so often, from now on. */
export function watchPeak(measure: () => number): { end(): number } {
  let peak = measure();
  const look = () => {
    peak = Math.max(peak, measure());
  };
  const timer = setInterval(look, 250);
  return {
    end() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}

/** USER_HZ of Linux, on all machines that Node runs on. */
const ticksPerSecond = 100;

/** Ids of the processes that it has started. */
export function childrenOf(pid: number): readonly number[] {
  return membersOf(pid).flatMap((member) => (member.pid === pid ? [] : [member.pid]));
}

interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/** PostgreSQL's processes are all children of one. */
function membersOf(pid: number): readonly Member[] {
  const own = statOf(pid);
  if (own === undefined) return [];
  const children = readdirSync('/proc').flatMap((name) => {
    const member = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return member?.parent === pid ? [member] : [];
  });
  return [own, ...children];
}

/** proc_pid_stat(5): after the name in brackets come state, parent, …; utime, stime, cutime, cstime are 14 to 17. */
function statOf(pid: number): Member | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, text) => sum + Number(text), 0);
  return { pid, parent: Number(fields[1]), ticks };
}

function pssKbOf(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);
}

/** A process may have ended meanwhile. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
