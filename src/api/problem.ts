import type { Fault } from '../contract/fault.ts';
import { type FaultCode, rowOf } from '../contract/fault-table.ts';

/** RFC 9457, with the fault's code. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Of this request, as the log has it. */
  readonly request: string;
  readonly problems?: Fault['problems'];
  readonly findings?: Fault['findings'];
}

/** Codes of what is asked, each with a status of its own. */
const statusByCode: Partial<Readonly<Record<FaultCode, number>>> = {
  TL_ARGUMENT_INVALID: 400,
  TL_UNAUTHENTICATED: 401,
  TL_FORBIDDEN: 403,
  TL_NOT_FOUND: 404,
  TL_CONFLICT: 409,
  TL_PAUSED: 409,
  TL_WORKSPACE_INVALID: 409,
  TL_TOO_MANY_REQUESTS: 429,
  TL_STORE_UNAVAILABLE: 503,
  TL_SYSTEM_THROTTLED: 503,
  TL_RUN_STOPPED: 503,
  TL_DEFECT: 500,
};

export function statusOf(fault: Fault): number {
  const own = (statusByCode as Readonly<Record<string, number | undefined>>)[fault.code];
  if (own !== undefined) return own;
  // What a system says while we ask it on somebody's behalf; else something that is wrong with what was sent.
  const { side } = rowOf(fault.code);
  return side === 'system' || side === 'target' ? 502 : 422;
}

const titles: Readonly<Record<number, string>> = {
  400: 'What was asked for is not right',
  401: 'Who asks is not known',
  403: 'Not allowed',
  404: 'Not there',
  405: 'Not a method of this address',
  406: 'Not in this form',
  408: 'Not come to its end in time',
  409: 'Does not fit how things stand',
  412: 'Has changed meanwhile',
  413: 'Too large',
  414: 'Too long',
  415: 'Not in this form',
  422: 'Cannot be done with this',
  429: 'Too many requests',
  431: 'Too long',
  500: 'A mistake of Tradelane itself',
  502: 'Another system is in the way',
  503: 'Not available for now',
};

export function toProblem(fault: Fault, status: number, request: string): ProblemDocument {
  const { code, message, problems = [], findings } = fault;
  return {
    type: `https://tradelane.dev/faults/${code}`,
    title: titles[status] ?? 'Not done',
    status,
    code,
    // What went wrong inside is for the log.
    detail:
      status === 500
        ? `something that Tradelane did not expect; the log has it as request ${request}`
        : message,
    request,
    ...(problems.length > 0 && { problems }),
    ...(findings.length > 0 && { findings }),
  };
}
