import { flowsWith } from '../../app/access/caller.ts';
import { effectiveSettings } from '../../app/settings/effective-settings.ts';
import { listFindings } from '../../app/validate/list-findings.ts';
import { isError } from '../../workspace/finding.ts';
import type { Endpoint } from '../endpoint.ts';

const showSettingsEndpoint: Endpoint = {
  id: 'showSettings',
  method: 'GET',
  path: '/settings',
  subject: 'workspace',
  summary: 'The settings that hold',
  description:
    'As config/tradelane.yaml says them, and as they are taken where that says nothing; without secrets.',
  role: 'admin',
  reach: 'everything',
  answer: 'settings',
  handle: async ({ open }) => ({ settings: effectiveSettings(await open.requireWorkspace()) }),
};

const listFindingsEndpoint: Endpoint = {
  id: 'listFindings',
  method: 'GET',
  path: '/findings',
  subject: 'workspace',
  summary: 'What is wrong with the files, as the server has taken them',
  description: 'Of the flows that you may see; what is wrong elsewhere is told to those who see all.',
  role: 'viewer',
  reach: 'some',
  answer: 'findings',
  async handle({ open, caller }) {
    const findings = listFindings(await open.requireWorkspace(), flowsWith(caller, 'viewer'));
    return { ok: !findings.some(isError), findings };
  },
};

export const workspaceEndpoints: readonly Endpoint[] = [showSettingsEndpoint, listFindingsEndpoint];
