/** `tradelane/client`: asks a Tradelane server, typed; what there is to ask is in docs/api.md and at `/api/v1/docs`. */
export { type Ask, type ClientSettings, createClient } from '../client/create-client.ts';
export type { EndpointAnswers, EndpointId, EndpointInputs } from '../client/generated/endpoints.ts';
