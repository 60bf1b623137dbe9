import { withOpenFlow } from '../../app/open/open-flow.ts';
import { forecastFlow, sampleForecasts, toForecastDocument } from '../../app/plan/forecast-flow.ts';
import type { PlanFlowInput } from '../../contract/generated/endpoints.ts';
import { type Endpoint, flowOf } from '../endpoint.ts';

export const planFlowEndpoint: Endpoint<PlanFlowInput> = {
  id: 'planFlow',
  method: 'POST',
  path: '/flows/{flow}/plan',
  subject: 'runs',
  summary: 'What a run of a flow would do, without doing it',
  description:
    'Reads, maps and validates as the next run would, and asks the target what it has; writes nothing anywhere. Takes as long as reading does: after 45 seconds it says what was read by then (`stopped`). Only some are made at once, others are refused with 429.',
  role: 'integrator',
  reach: flowOf,
  isLook: true,
  answer: 'plan',
  async handle({ around, dir, looks }, { flow, samples = 100, ...asked }) {
    return await looks.take((stop) =>
      withOpenFlow(around, { dir, flow }, async (open) => {
        const kept = sampleForecasts(samples);
        const forecast = await forecastFlow(open, { asked, stop, seen: kept.add });
        const leftOut = kept.leftOut();
        return { ...toForecastDocument(forecast, kept.all()), ...(leftOut > 0 && { leftOut }) };
      }),
    );
  },
};
