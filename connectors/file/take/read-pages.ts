import { type FileHandle, open, stat } from 'node:fs/promises';
import type { ConnectorTools, Page, ReadRequest } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import type { FileResource, ReadDeclaration } from '../declaration.ts';
import { type Folder, isErrno, toFileFault } from '../folder.ts';
import type { Entries } from '../parse/entry.ts';
import { readEntries } from '../parse/read-entries.ts';
import { archiveFiles } from './archive-files.ts';
import { createCursor, parseMark, selectFiles } from './file-cursor.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { toIdentity } from './identity.ts';
import { createPageBuffer, type PageContent } from './page-buffer.ts';

export interface FileSource {
  readonly folder: Folder;
  readonly resource: FileResource;
  readonly read: ReadDeclaration;
  readonly tools: ConnectorTools;
}

/**
 * Reads the files that are whole, one after the other, as pages. A file that cannot be understood ends the read
 * with its fault, after the pages of the files before it: files are read in order, so none behind it goes ahead.
 */
export async function* readPages(source: FileSource, request: ReadRequest): AsyncGenerator<Page> {
  refuseParameters(request);
  const { folder, read, tools } = source;
  const cursor = request.cursor === undefined ? undefined : parseMark(request.cursor);
  const until = request.until === undefined ? undefined : parseMark(request.until);
  const found = await findFiles(folder, read, tools);
  const taken = createCursor(found, cursor);
  const buffer = createPageBuffer();
  const toPage = (content: PageContent): Page => {
    if (content.ended.length === 0) return { records: content.records };
    for (const file of content.ended) if (folder.archive === undefined) taken.add(file);
    if (folder.archive === undefined) return { records: content.records, cursor: taken.text() };
    return { records: content.records, done: () => archiveFiles(content.ended, source) };
  };
  try {
    for (const file of selectFiles(found, cursor, until)) {
      for await (const entries of readFile(file, source, request.signal)) {
        for (const entry of entries) {
          if (buffer.isFull()) yield toPage(buffer.cut());
          buffer.add(entry);
        }
      }
      if (await isUnchanged(file, tools)) buffer.endFile(file);
      else buffer.dropFile();
    }
  } catch (thrown) {
    buffer.dropFile();
    if (!request.signal.aborted && !buffer.isEmpty()) yield toPage(buffer.cut());
    throw thrown;
  }
  if (!buffer.isEmpty()) yield toPage(buffer.cut());
}

/** Parameters that are not understood would silently read too much. */
function refuseParameters({ where }: ReadRequest): void {
  const [name] = Object.keys(where);
  if (name === undefined) return;
  throw new Fault(
    'TL_SOURCE_REJECTED',
    `a file knows no request parameters, got \`where: ${name}\`: use the flow's filter`,
  );
}

async function* readFile(file: FoundFile, source: FileSource, signal: AbortSignal): Entries {
  const { resource, read } = source;
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.path, 'r');
    yield* readEntries({ handle, file: file.name, signal }, resource, read);
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    // Taken away by somebody else since it was listed: not ours any more.
    if (handle === undefined && isErrno(thrown, 'ENOENT')) return;
    throw toFileFault(thrown, file.name, 'TL_SOURCE_UNREADABLE');
  } finally {
    await handle?.close();
  }
}

/** A file that changed under the reader is neither archived nor remembered, and so read again. */
async function isUnchanged(file: FoundFile, tools: ConnectorTools): Promise<boolean> {
  try {
    if (toIdentity(await stat(file.path)) === file.identity) return true;
    tools.log.warn('file changed while it was read', { file: file.name });
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT')) throw toFileFault(thrown, file.name, 'TL_SOURCE_UNREADABLE');
    tools.log.warn('file went away while it was read', { file: file.name });
  }
  return false;
}
