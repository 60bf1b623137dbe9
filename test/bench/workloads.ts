/** What is moved: everything of one kind, read page by page. */
export interface Workload {
  readonly name: WorkloadName;
  readonly kind: 'orders' | 'prices';
  readonly records: number;
  /** Records in one page of the source. */
  readonly page: number;
  /** Records in one write. */
  readonly bulk: number;
}

export type WorkloadName = 'orders' | 'prices' | 'prices again';

/** Requests under way at once. The engine as it comes decides for itself. */
export const concurrency = 16;

export function workloads(sizes: { readonly orders: number; readonly prices: number }): readonly Workload[] {
  const prices = { kind: 'prices', records: sizes.prices, page: 500, bulk: 500 } as const;
  return [
    { name: 'orders', kind: 'orders', records: sizes.orders, page: 100, bulk: 1 },
    { name: 'prices', ...prices },
    { name: 'prices again', ...prices },
  ];
}
