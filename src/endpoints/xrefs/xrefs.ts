import { flowsWith } from '../../app/access/caller.ts';
import {
  carryOutForgetXrefs,
  carryOutSetXref,
  forecastForgetXrefs,
  forecastSetXref,
  toForgetDocument,
  toSetDocument,
} from '../../app/xref/correct-xrefs.ts';
import { findForgottenBy, pageXrefs } from '../../app/xref/xrefs.ts';
import { Fault } from '../../contract/fault.ts';
import type {
  ForgetXrefsInput,
  ListXrefsInput,
  PlanForgetXrefsInput,
  PlanSetXrefInput,
  SetXrefInput,
} from '../../contract/generated/endpoints.ts';
import type { Desk } from '../desk.ts';
import { type Endpoint, flowOf } from '../endpoint.ts';

const subject = 'xrefs';
const kept =
  'Ids are kept of what moves between two systems, whichever flow moves it: they can be corrected by whoever has the role over all flows that do.';

const listXrefsEndpoint: Endpoint<ListXrefsInput> = {
  id: 'listXrefs',
  method: 'GET',
  path: '/xrefs',
  subject,
  summary: 'Which id records have at the target',
  role: 'viewer',
  reach: 'some',
  answer: 'xrefs-page',
  async handle({ open, caller }, { limit = 50, cursor, ...filter }) {
    const wish = { ...filter, flows: flowsWith(caller, 'viewer') };
    const { items, next } = await pageXrefs(open, wish, { limit, cursor });
    const forgotten = items.length === 0 ? await findForgottenBy(open, wish) : undefined;
    return { xrefs: items, ...(next !== undefined && { next }), ...(forgotten && { forgotten }) };
  },
};

const planSetXrefEndpoint: Endpoint<PlanSetXrefInput> = {
  id: 'planSetXref',
  method: 'POST',
  path: '/flows/{flow}/xrefs/plan',
  subject,
  summary: 'What saying which id a key has would change',
  description: kept,
  role: 'integrator',
  reach: flowOf,
  isLook: true,
  answer: 'xref-set',
  async handle(desk, input) {
    const forecast = await forecastSet(desk, input);
    return forecast.change.before === input.id
      ? toSetDocument({ set: false }, forecast)
      : toSetDocument({ would: 'set' }, forecast);
  },
};

const setXrefEndpoint: Endpoint<SetXrefInput> = {
  id: 'setXref',
  method: 'POST',
  path: '/flows/{flow}/xrefs',
  subject,
  summary: 'Say which id a key has',
  description: `In place of what was known. What was delivered under the key is written again, to that id, by the next run that reads it. ${kept}`,
  role: 'integrator',
  reach: flowOf,
  answer: 'xref-set',
  async handle(desk, input) {
    const forecast = await forecastSet(desk, input);
    const { before = null } = forecast.change;
    if (input.before !== undefined && input.before !== before)
      throw new Fault('TL_CONFLICT', 'the key is known by another id by now than the one that was named');
    if (before === input.id) return toSetDocument({ set: false }, forecast);
    await carryOutSetXref(desk.open, forecast, desk.caller.name);
    return toSetDocument({ set: true }, forecast);
  },
};

function forecastSet({ open, caller }: Desk, { flow, key, id, force = false }: PlanSetXrefInput) {
  return forecastSetXref(open, { flow, key, id, isForced: force, flows: flowsWith(caller, 'integrator') });
}

const planForgetXrefsEndpoint: Endpoint<PlanForgetXrefsInput> = {
  id: 'planForgetXrefs',
  method: 'POST',
  path: '/xrefs/forget/plan',
  subject,
  summary: 'Which ids would be forgotten',
  description: kept,
  role: 'integrator',
  reach: 'some',
  isLook: true,
  answer: 'xref-forget',
  handle: async (desk, input) => toForgetDocument('would', await forecastForget(desk, input)),
};

const forgetXrefsEndpoint: Endpoint<ForgetXrefsInput> = {
  id: 'forgetXrefs',
  method: 'POST',
  path: '/xrefs/forget',
  subject,
  summary: 'Know nothing of these ids any more',
  description: `Such a record is looked for at the target, or made, when it is read next. ${kept}`,
  role: 'integrator',
  reach: 'some',
  answer: 'xref-forget',
  async handle(desk, { count, ...input }) {
    const forecast = await forecastForget(desk, input);
    if (count !== undefined && count !== forecast.meant.length)
      throw new Fault(
        'TL_CONFLICT',
        `it would be ${forecast.meant.length} by now, not ${count}: look at them again`,
      );
    await carryOutForgetXrefs(desk.open, forecast, desk.caller.name);
    return toForgetDocument('done', forecast);
  },
};

function forecastForget({ open, caller }: Desk, { force = false, ...wish }: PlanForgetXrefsInput) {
  return forecastForgetXrefs(open, { ...wish, flows: flowsWith(caller, 'integrator'), isForced: force });
}

export const xrefEndpoints: readonly Endpoint[] = [
  listXrefsEndpoint,
  planSetXrefEndpoint,
  setXrefEndpoint,
  planForgetXrefsEndpoint,
  forgetXrefsEndpoint,
];
