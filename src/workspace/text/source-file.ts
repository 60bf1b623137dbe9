/** A file of the workspace: its path relative to the workspace, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Where the first byte stands that is not UTF-8; the text cannot be trusted then. */
  readonly badByte?: { readonly line: number; readonly column: number };
}
