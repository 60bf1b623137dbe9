import type { OpenApiDocument } from '../open-api.ts';

/**
 * Who may look on. It is no endpoint: what comes has no end. Its rule is in the document all the same, and proven like
 * that of each endpoint.
 */
export const liveRule = {
  id: 'followEvents',
  method: 'GET',
  path: '/events',
  role: 'viewer',
  reach: 'some',
} as const;

/** The document with what the live route says of itself. */
export function withLiveRoute(document: OpenApiDocument): OpenApiDocument {
  const operation = {
    operationId: liveRule.id,
    summary: 'What changes, as it changes',
    description: `Server-sent events, each with the flows that the caller may see: runs that begin, get on and end; the open errors of a flow, counted anew; how far sets are; files of flows that are taken; pauses. It begins with \`ready\`: from there on nothing is missed. Whoever comes back with the id of the last event that they had (Last-Event-ID) is told what they have missed, or, where that is not known any more, \`missed\`: look at everything anew. Ends when the caller may not see so much any more, and with a reader who is too slow.\n\nNeeds the role ${liveRule.role} over some flow; only what is of those flows.`,
    tags: ['events'],
    'x-role': liveRule.role,
    parameters: [
      {
        name: 'Last-Event-ID',
        in: 'header',
        required: false,
        description: 'The id of the last event that was heard.',
        schema: { type: 'string', maxLength: 100 },
      },
    ],
    responses: {
      200: {
        description: 'Events, without an end. The data of each is as the schema says.',
        content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/event' } } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
  return {
    ...document,
    tags: [...(document['tags'] as readonly unknown[]), { name: 'events' }],
    paths: { ...document.paths, [liveRule.path]: { get: operation } },
  };
}
