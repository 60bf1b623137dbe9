import { hurryProbe } from '../../store/waiting/circuits.ts';
import { hurryWaiting } from '../../store/waiting/hurry-waiting.ts';
import type { Engine } from '../engine.ts';
import { patientCodes } from '../verdict.ts';

/** Tries again now what earlier runs of a flow have left waiting: a person has perhaps just mended what it waits for. */
export async function hurryFlow(engine: Engine, flow: string): Promise<void> {
  await hurryProbe(engine.db, flow, patientCodes);
  const lanes = await hurryWaiting(engine.db, flow, patientCodes);
  for (const lane of lanes) await engine.wake.lane({ flow, lane });
}
