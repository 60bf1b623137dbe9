/** A request below `/api/v2.0`, whether it came by itself or as a part of a batch. */
export interface ODataRequest {
  readonly method: string;
  /** Decoded, such as `/companies(GUID)/salesOrders`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly ifMatch: string | undefined;
  readonly prefer: string | undefined;
  readonly body: unknown;
  /** Absolute address of `/api/v2.0`. */
  readonly root: string;
}

export interface ODataResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
