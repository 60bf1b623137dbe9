import { writeFileSync } from 'node:fs';

// Loaded before a contender's own code: leaves behind what the process has used when it ends.
const path = process.env['BENCH_USAGE'];
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 };
  if (path !== undefined) writeFileSync(path, JSON.stringify(usage));
});
