// Generated from src/endpoints by npm run generate
import type * as types from '../../contract/generated/endpoints.ts';

export const endpointPlaces = {
  listErrors: {"method":"GET","path":"/errors","inPath":[],"rest":"query"},
} as const;

export type EndpointId = keyof typeof endpointPlaces;

export interface EndpointInputs {
  readonly listErrors: types.ListErrorsInput;
}

export interface EndpointAnswers {
  readonly listErrors: types.ErrorsListAnswer;
}
