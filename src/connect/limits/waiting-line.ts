interface Waiter {
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Requests that wait for something, first come first served. */
export class WaitingLine {
  #waiting: Waiter[] = [];
  readonly #heeded = new WeakSet<AbortSignal>();

  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves once it is let go; rejects with the signal's reason if it is aborted before. */
  join(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    // One listener for all that wait under a signal: hundreds of a batch share theirs, and each costs a look at all.
    const leave = () => this.refuse(signal.reason, (waiter) => waiter.signal === signal);
    if (!this.#heeded.has(signal)) signal.addEventListener('abort', leave, { once: true });
    this.#heeded.add(signal);
    return new Promise((resolve, reject) => this.#waiting.push({ signal, resolve, reject }));
  }

  letGo(count: number): void {
    for (let nth = 0; nth < count; nth += 1) this.#waiting.shift()?.resolve();
  }

  refuse(reason: unknown, isMeant: (waiter: Waiter) => boolean = () => true): void {
    const refused = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((waiter) => !isMeant(waiter));
    for (const { reject } of refused) reject(reason);
  }
}
