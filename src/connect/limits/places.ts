/** How many requests of one connection may be under way at once. */
export interface Places {
  /** Sends once there is a place. Rejects with the signal's reason if it is aborted before, where that can be told. */
  run<Result>(send: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  close(): Promise<void>;
}
