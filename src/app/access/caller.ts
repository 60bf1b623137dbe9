import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';

/** Each may what the one before it may, and more. */
export const roles = ['viewer', 'support', 'integrator', 'admin'] as const;

/**
 * `viewer` looks, and sees private values masked; `support` sees them, edits, replays and settles errors; `integrator`
 * runs, plans, pauses and approves; `admin` sees to users, tokens and settings, and erases.
 */
export type Role = (typeof roles)[number];

/** A role over flows. */
export interface Grant {
  readonly role: Role;
  /** The name of a flow, with `*` for any part of one: `orders-to-erp`, `orders-*`, `*@de`, `*`. */
  readonly flows: string;
}

/** Who asks for something. */
export interface Caller {
  /** As audit entries call them. */
  readonly name: string;
  /** `local`: at the command line, over the database itself. */
  readonly via: 'local' | 'session' | 'token';
  readonly grants: readonly Grant[];
  /** The user who asks, or who has made the token; absent at the command line. */
  readonly userId?: number;
  /** Of a browser: the session that it has. */
  readonly sessionId?: number;
  /** What its pages send along with whatever changes something; for them alone. */
  readonly csrfToken?: string;
}

/** Who has the database's password may everything. */
export function localCaller(name: string): Caller {
  return { name, via: 'local', grants: [{ role: 'admin', flows: '*' }] };
}

/** Over which flows they have this role, or a higher one. */
export function flowsWith({ grants }: Caller, role: Role): FlowScope {
  const patterns = grants.filter((grant) => isAtLeast(grant.role, role)).map(({ flows }) => flows);
  return patterns.includes('*') ? 'all' : [...new Set(patterns)];
}

export function mayOver(caller: Caller, role: Role, flow: string): boolean {
  return isInScope(flowsWith(caller, role), flow);
}

/** Over what belongs to no flow, or to all of them. */
export function mayOverAll(caller: Caller, role: Role): boolean {
  return flowsWith(caller, role) === 'all';
}

export function mayAnywhere(caller: Caller, role: Role): boolean {
  return flowsWith(caller, role).length > 0;
}

export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
