import type { Role } from '../app/access/caller.ts';
import type { Desk } from './desk.ts';

/**
 * Something that a client can ask of Tradelane: over HTTP, or at the command line. One definition, from which the
 * routes, the OpenAPI document, the typed client and the rules of who may come. It decides nothing itself: it calls
 * `app/`, and what it returns is the answer's document.
 *
 * What it is given is in `schemas/input/ID.schema.json` (the id in kebab-case), one flat object; without that file it is
 * given nothing. Members that stand in the path are taken from there, the others from the query of a GET or DELETE, or
 * from the JSON body.
 */
export interface Endpoint<Input = never> {
  /** Also the name in the client: `listErrors`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`: `/errors/{error}`. */
  readonly path: string;
  /** What it is about, as documents group them: `errors`. */
  readonly subject: string;
  /** A line, as a title. */
  readonly summary: string;
  readonly description?: string;
  /** Whoever asks must have this role, or a higher one, over what it reaches. */
  readonly role: Role;
  readonly reach: Reach<Input>;
  /** Of a POST that changes nothing, such as a plan: no key makes it idempotent, it is. */
  readonly isLook?: true;
  /** What it is given, or answers, lets somebody in: it is kept nowhere, so that no key makes it idempotent. */
  readonly isPrivate?: true;
  /** Name in `schemas/output`, of what comes back; absent: nothing does. */
  readonly answer?: string;
  /** Where it is not 200, or 204 without an answer. */
  readonly status?: 201 | 202;
  readonly handle: (desk: Desk, input: Input) => Promise<unknown>;
}

/**
 * `everything`: what belongs to no flow, or to all of them. `some`: it gives, or does, only what the caller's grants
 * allow, which `handle` sees to (`flowsWith`). Else it is about these flows; none, where there is no such thing; `some`
 * where what is asked for names none.
 */
export type Reach<Input> =
  | 'everything'
  | 'some'
  | ((desk: Desk, input: Input) => Promise<readonly string[] | 'some'> | readonly string[] | 'some');

/** Of what is given by the flow's name. */
export function flowOf(_desk: Desk, { flow }: { readonly flow: string }): readonly string[] {
  return [flow];
}
