import { pageAudit } from '../../app/audit/page-audit.ts';
import { parseChainHead, verifyAudit } from '../../app/audit/verify-audit.ts';
import type { ListAuditInput, VerifyAuditInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { toDate } from '../to-date.ts';

const listAuditEndpoint: Endpoint<ListAuditInput> = {
  id: 'listAudit',
  method: 'GET',
  path: '/audit',
  subject: 'audit',
  summary: 'What people have decided, the newest first',
  role: 'admin',
  reach: 'everything',
  answer: 'audit-list',
  async handle({ open }, { limit = 50, cursor, since, until, ...wish }) {
    const range = {
      ...(since !== undefined && { since: toDate('since', since) }),
      ...(until !== undefined && { until: toDate('until', until) }),
    };
    const { items, next } = await pageAudit(open, { ...wish, ...range }, { limit, cursor });
    return { entries: items, ...(next !== undefined && { next }) };
  },
};

const verifyAuditEndpoint: Endpoint<VerifyAuditInput> = {
  id: 'verifyAudit',
  method: 'GET',
  path: '/audit/verify',
  subject: 'audit',
  summary: 'Whether nothing of the audit log was removed, changed or put in between',
  role: 'admin',
  reach: 'everything',
  answer: 'audit-verify',
  handle: ({ open }, { head }) => verifyAudit(open, head === undefined ? undefined : parseChainHead(head)),
};

/** What can be asked about who has decided what. */
export const auditEndpoints: readonly Endpoint[] = [listAuditEndpoint, verifyAuditEndpoint];
