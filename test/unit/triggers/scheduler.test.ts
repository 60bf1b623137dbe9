import { afterEach, describe, expect, it, vi } from 'vitest';
import { createScheduler, findCronProblem, type Scheduler } from '../../../src/triggers/scheduler.ts';
import type { Schedule } from '../../../src/workspace/compile/plan.ts';

let scheduler: Scheduler | undefined;
afterEach(async () => {
  await scheduler?.close();
  vi.useRealTimers();
});

async function ticksBetween(
  schedule: Partial<Schedule>,
  from: string,
  to: string,
): Promise<readonly string[]> {
  vi.useFakeTimers({ now: new Date(from) });
  const ticks: string[] = [];
  scheduler = createScheduler({
    clock: { now: () => Date.now() },
    onTick: async (_flow, at) => {
      ticks.push(at.toISOString());
    },
    onFailure: (_flow, thrown) => {
      throw thrown;
    },
    lastTick: async () => undefined,
  });
  await scheduler.set([
    {
      flow: 'f',
      schedule: { cron: '0 * * * *', timezone: 'UTC', overlap: 'skip', catchupMs: 0, ...schedule },
    },
  ]);
  await vi.advanceTimersByTimeAsync(Date.parse(to) - Date.parse(from));
  return ticks;
}

describe('a schedule', () => {
  it('fires in its own zone', async () => {
    const schedule = { cron: '30 9 * * *', timezone: 'Asia/Tokyo' };
    expect(await ticksBetween(schedule, '2026-06-01T00:25:00Z', '2026-06-01T00:35:00Z')).toEqual([
      '2026-06-01T00:30:00.000Z',
    ]);
  });

  it('fires once at a time of day that comes twice', async () => {
    const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(await ticksBetween(schedule, '2026-10-25T00:25:00Z', '2026-10-25T01:35:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
    ]);
  });

  it('goes on through the change of clocks when it fires in every hour', async () => {
    const schedule = { cron: '0 * * * *', timezone: 'Europe/Berlin' };
    expect(await ticksBetween(schedule, '2026-10-24T23:55:00Z', '2026-10-25T02:05:00Z')).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  it('goes on after the process was suspended, or its clock set back', async () => {
    vi.useFakeTimers({ now: new Date('2026-06-01T07:30:00Z') });
    const ticks: string[] = [];
    scheduler = createScheduler({
      clock: { now: () => Date.now() },
      onTick: async (_flow, at) => {
        ticks.push(at.toISOString());
      },
      onFailure: () => {},
      lastTick: async () => new Date('2026-06-01T07:00:00Z'),
    });
    const schedule: Schedule = { cron: '0 * * * *', timezone: 'UTC', overlap: 'skip', catchupMs: 3_600_000 };
    await scheduler.set([{ flow: 'f', schedule }]);
    vi.setSystemTime(new Date('2026-06-01T10:20:00Z'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(ticks).toEqual(['2026-06-01T10:00:00.000Z']);
    vi.setSystemTime(new Date('2026-06-01T08:59:58Z'));
    await vi.advanceTimersByTimeAsync(4_000);
    expect(ticks.slice(1)).toEqual(['2026-06-01T09:00:00.000Z']);
  });

  it('fires each time that its clock shows once, while that jumps ahead and back again', async () => {
    vi.useFakeTimers({ now: new Date('2026-06-01T10:00:30Z') });
    // As the store does: a time that comes again is the same tick.
    const ticks = new Set<string>();
    scheduler = createScheduler({
      clock: { now: () => Date.now() },
      onTick: async (_flow, at) => {
        ticks.add(at.toISOString().slice(11, 16));
      },
      onFailure: () => {},
      lastTick: async () => new Date('2026-06-01T10:00:00Z'),
    });
    const schedule: Schedule = { cron: '* * * * *', timezone: 'UTC', overlap: 'skip', catchupMs: 7_200_000 };
    await scheduler.set([{ flow: 'f', schedule }]);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    vi.setSystemTime(new Date('2026-06-01T11:02:30Z'));
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect([...ticks]).toEqual(['10:01', '10:02', '11:02', '11:03', '11:04']);
    vi.setSystemTime(new Date('2026-06-01T10:04:30Z'));
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect([...ticks].slice(5)).toEqual(['10:05', '10:06', '10:07']);
    // A little back, as a clock is corrected: nothing twice, and nothing left out.
    vi.setSystemTime(new Date('2026-06-01T10:07:00Z'));
    await vi.advanceTimersByTimeAsync(2 * 60_000 + 1_000);
    expect([...ticks].slice(8)).toEqual(['10:08', '10:09']);
  });

  it('makes up for the newest tick it missed, within its limit', async () => {
    const fired: string[] = [];
    const start = async (catchupMs: number) => {
      const one = createScheduler({
        clock: { now: () => Date.parse('2026-06-01T10:20:00Z') },
        onTick: async (_flow, at) => {
          fired.push(at.toISOString());
        },
        onFailure: () => {},
        lastTick: async () => new Date('2026-06-01T07:00:00Z'),
      });
      await one.set([
        { flow: 'f', schedule: { cron: '0 * * * *', timezone: 'UTC', overlap: 'skip', catchupMs } },
      ]);
      await one.close();
    };
    await start(10 * 60_000);
    expect(fired).toEqual([]);
    await start(3 * 3_600_000);
    expect(fired).toEqual(['2026-06-01T10:00:00.000Z']);
  });
});

it('says what is wrong with a cron expression', () => {
  expect(findCronProblem('*/5 * * * *')).toBeUndefined();
  expect(findCronProblem('*/5 * * * 99')).toContain('99');
});
