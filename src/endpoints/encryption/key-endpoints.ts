import { loadEncryptionState, rotateOperatorKey } from '../../app/encryption/keys.ts';
import type { Endpoint } from '../endpoint.ts';

const listKeysEndpoint: Endpoint = {
  id: 'listKeys',
  method: 'GET',
  path: '/keys',
  subject: 'encryption',
  summary: 'Keys that payloads are encrypted with, by their ids, and what is in clear',
  description: 'Looks at each row that holds values of payloads.',
  role: 'admin',
  reach: 'everything',
  answer: 'keys-list',
  handle: ({ open, looks }) => looks.take(() => loadEncryptionState(open)),
};

const rotateKeysEndpoint: Endpoint = {
  id: 'rotateKeys',
  method: 'POST',
  path: '/keys/rotate',
  subject: 'encryption',
  summary: "Wrap all data keys by the first of the process's keys",
  role: 'admin',
  reach: 'everything',
  answer: 'keys-rotate',
  handle: ({ open, caller }) => rotateOperatorKey(open, caller.name),
};

/** What can be asked about keys. What takes long about them is done over the database itself. */
export const keyEndpoints: readonly Endpoint[] = [listKeysEndpoint, rotateKeysEndpoint];
