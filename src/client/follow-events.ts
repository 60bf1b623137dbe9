import { Fault } from '../contract/fault.ts';
import type { EventAnswer } from '../contract/generated/endpoints.ts';
import { type ClientSettings, refusalOf } from './create-client.ts';

export interface FollowWish {
  /** Called for each event, in its order. After `missed` all that is known has to be asked for anew. */
  readonly onEvent: (event: EventAnswer) => void;
  /** Ends the following. */
  readonly stop: AbortSignal;
}

/** No sign of life for so long: the line is dead. Three of them are missing by then. Milliseconds. */
const silentMs = 50_000;
const retryMs = { first: 2_000, longest: 30_000 };

/**
 * Follows what changes at a server, until it is stopped: a line that is cut is made again, and goes on where it was cut.
 * Throws a Fault where the server refuses: nobody knows the token, or it may see nothing.
 */
export async function followEvents(settings: ClientSettings, { onEvent, stop }: FollowWish): Promise<void> {
  const line = { lastId: undefined as string | undefined, retryMs: retryMs.first };
  const hear = ({ id, data, retryMs: pace }: Message) => {
    line.retryMs = pace ?? line.retryMs;
    line.lastId = id ?? line.lastId;
    if (data !== undefined) onEvent(JSON.parse(data) as EventAnswer);
  };
  for (let ms = line.retryMs; !stop.aborted; ms = Math.min(2 * ms, retryMs.longest)) {
    if (await listen(settings, { stop, hear, lastId: line.lastId })) ms = line.retryMs;
    await pause(ms, stop);
  }
}

interface Listening {
  readonly stop: AbortSignal;
  readonly hear: (message: Message) => void;
  readonly lastId: string | undefined;
}

/** One line to its end; returns whether anything came over it. */
async function listen(
  { server, token, fetch = globalThis.fetch }: ClientSettings,
  { stop, hear, lastId }: Listening,
): Promise<boolean> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const live = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silentMs);
  };
  live();
  let isHeard = false;
  try {
    const answer = await fetch(`${server.replace(/\/+$/, '')}/api/v1/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(lastId !== undefined && { 'last-event-id': lastId }),
      },
      redirect: 'error',
      signal: AbortSignal.any([stop, silence.signal]),
    });
    if (answer.status === 401 || answer.status === 403 || answer.status === 404)
      throw await refusalOf(answer, new URL(server));
    if (!answer.ok || answer.body === null) return false;
    const parse = createParser(hear);
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      live();
      isHeard = true;
      parse(chunk);
    }
    return isHeard;
  } catch (thrown) {
    if (thrown instanceof Fault) throw thrown;
    return isHeard;
  } finally {
    clearTimeout(timer);
  }
}

interface Message {
  readonly id?: string;
  readonly data?: string;
  readonly retryMs?: number;
}

/** Of text/event-stream, as our server writes it: an empty line ends a message; what begins with a colon is a sign of life. */
function createParser(hear: (message: Message) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const parts = `${rest}${chunk}`.split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) hear(toMessage(part));
  };
}

function toMessage(text: string): Message {
  const fields = new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')] as const;
    }),
  );
  const [id, data, retry] = ['id', 'data', 'retry'].map((name) => fields.get(name));
  return {
    ...(id !== undefined && { id }),
    ...(data !== undefined && { data }),
    ...(retry !== undefined && /^\d+$/.test(retry) && { retryMs: Number(retry) }),
  };
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end);
  });
}
