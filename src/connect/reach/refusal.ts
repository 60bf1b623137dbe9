/** The code of an error that says that an address may not be reached. */
export const refusedCode = 'TL_ADDRESS_REFUSED';

/** @param why - `is a private address` */
export function createRefusal(host: string, why: string): Error {
  return Object.assign(new Error(`${host} ${why}`), { code: refusedCode });
}
