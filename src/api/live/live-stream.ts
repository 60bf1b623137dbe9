import { Readable } from 'node:stream';
import type { Caller } from '../../app/access/caller.ts';
import { flowsWith } from '../../app/access/caller.ts';
import type { LiveViews, NumberedEvent } from '../../app/live/live-views.ts';

/** From one sign of life to the next: a proxy that hears nothing for half a minute cuts the line. Milliseconds. */
const heartbeatMs = 15_000;
/** After this a client comes back whose line was cut. Milliseconds. */
const retryMs = 2_000;
/** A reader who is so far behind is cut: he comes back, and is told what he has missed. Bytes. */
const maxBehind = 512 * 1024;

export interface LiveStream {
  readonly body: Readable;
  /** Ends it as if everything had been told. */
  end(): void;
}

export interface LiveStreamWish {
  readonly caller: Caller;
  readonly lastId: string | undefined;
  /** Who asks, by what came with the request: asked at each sign of life. Throws where that is nobody any more. */
  readonly recheck: () => Promise<Caller>;
  readonly heartbeatMs?: number;
}

/**
 * Events as text/event-stream (WHATWG HTML, server-sent events), until the reader goes, is too slow, or may not see them
 * any more. What is told begins with `ready`; before that, who comes back is told what they have missed, or that nobody
 * knows (`missed`).
 */
export async function openLiveStream(views: LiveViews, wish: LiveStreamWish): Promise<LiveStream> {
  const { caller, lastId, recheck } = wish;
  const body = new Readable({ read: () => {} });
  const write = (text: string) => {
    if (body.destroyed || body.readableEnded) return;
    if (body.readableLength > maxBehind) body.destroy();
    else body.push(text);
  };
  write(`retry: ${retryMs}\n\n`);
  const tell = ({ id, event }: NumberedEvent) => write(formatEvent(event.event, id, event));
  const looking = await views.lookOn({ scope: flowsWith(caller, 'viewer'), lastId, tell });
  if (looking.hasMissed) write(formatEvent('missed', looking.id, { event: 'missed' }));
  write(formatEvent('ready', looking.id, { event: 'ready' }));
  const end = () => {
    if (!body.destroyed) body.push(null);
  };
  const heartbeat = setInterval(() => {
    write(': still there\n\n');
    recheck()
      .then((now) => isSame(caller, now) || end())
      .catch(end);
  }, wish.heartbeatMs ?? heartbeatMs);
  body.once('close', () => {
    clearInterval(heartbeat);
    looking.close();
  });
  return { body, end };
}

function isSame(before: Caller, now: Caller): boolean {
  return before.name === now.name && JSON.stringify(before.grants) === JSON.stringify(now.grants);
}

/** JSON has no line ends of its own: one line of data. */
function formatEvent(name: string, id: string, data: object): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
