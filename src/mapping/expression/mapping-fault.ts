import { Fault, type FaultSubject } from '../../contract/fault.ts';
import type { Node } from '../node.ts';
import { type Place, toLocation } from '../place.ts';
import { argumentPath, explain } from '../survey/explain.ts';
import { isRaised, type RaisedProblem, toSkip } from './raised.ts';

export interface Source {
  readonly text: string;
  readonly ast: Node;
  readonly place: Place | undefined;
}

/** What an evaluation threw, as the Fault (or the signal of `$skip`) that leaves the mapping. */
export function toMappingFault(thrown: unknown, source: Source): Error {
  const inner = unwrapEval(thrown);
  if (isRaised(inner) && inner.raised === 'skipped') return toSkip(inner.message);
  if (isRaised(inner) && inner.fault !== undefined) return inner.fault;
  const offset = offsetOf(thrown, source.text);
  const at = toLocation(source.text, offset, source.place);
  if (isRaised(inner)) {
    if (inner.raised === 'refused') return new Fault(inner.code ?? 'TL_MAP_REFUSED', inner.message, { at });
    const code = inner.raised === 'slow' ? 'TL_MAP_SLOW' : 'TL_MAP_FAILED';
    const about = aboutOf(inner, source.ast);
    return new Fault(code, compose(withPath(inner, source.ast), at, inner.hint), {
      at,
      ...(about && { about }),
    });
  }
  const { message, hint } = explain(inner, source.ast);
  // JSONata's own errors carry values of the payload; only what nobody foresaw is kept as the cause.
  const cause = inner instanceof Error && !('code' in inner) ? { cause: inner } : {};
  return new Fault('TL_MAP_FAILED', compose(message, at, hint), { at, ...cause });
}

/** What the source calls the value that was wrong: `argument 1 of $decimal (\`Quantity\`) must be …`. */
function withPath(raised: RaisedProblem, ast: Node): string {
  const { message, argument } = raised;
  const path = argument && argumentPath(raised, ast, argument);
  if (argument === undefined || path === undefined) return message;
  const subject = `argument ${argument.index} of $${argument.name}`;
  return message.replace(subject, () => `${subject} (${path})`);
}

/** A path is written as code: `Quantity`. */
function aboutOf(raised: RaisedProblem, ast: Node): FaultSubject | undefined {
  const { argument, about } = raised;
  const path = argument && /^`([^`]+)`$/.exec(argumentPath(raised, ast, argument) ?? '')?.[1];
  return path === undefined ? about : { ...about, path };
}

function compose(message: string, at: string, hint: string | undefined): string {
  return hint === undefined ? `${message} (${at})` : `${message} (${at}); hint: ${hint}`;
}

/** `$eval` hides what happened inside it in `error`. */
function unwrapEval(thrown: unknown): unknown {
  const inner = (thrown as { error?: unknown } | null)?.error;
  return inner === undefined ? thrown : unwrapEval(inner);
}

/**
 * JSONata's position is behind the operator or the opening parenthesis, and inside `$map` that of `$map`; where the
 * name of the function that failed is called just once, that call is the place.
 */
function offsetOf(thrown: unknown, text: string): number {
  const { position, token } = thrown as { position?: unknown; token?: unknown };
  const behind = Math.min(typeof position === 'number' ? position : 0, text.length);
  if (typeof token !== 'string' || token === '') return Math.max(0, behind - 1);
  if (text.slice(behind - token.length, behind) === token) return behind - token.length;
  const call = `$${token}`;
  const first = text.indexOf(call);
  if (first !== -1 && first === text.lastIndexOf(call)) return first;
  const nearest = text.lastIndexOf(call, behind);
  return nearest === -1 ? Math.max(0, behind - 1) : nearest;
}
