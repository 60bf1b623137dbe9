import { randomId, randomSecret } from '../secrets.ts';

/** A token as whoever holds it has it, and the part of it that may be shown. */
export interface TokenText {
  /** `tl_k3v9x2abcd` */
  readonly id: string;
  /** `tl_k3v9x2abcd_…`: found by scanners of secrets by its beginning, or by {@link tokenForm}. */
  readonly text: string;
}

const idLetters = 10;
const tokenForm = /^(tl_[a-z0-9]{10})_[A-Za-z0-9_-]{43}$/;
const idForm = /^tl_[a-z0-9]{10}$/;

export function createTokenText(): TokenText {
  const id = `tl_${randomId(idLetters)}`;
  return { id, text: `${id}_${randomSecret()}` };
}

/** The id of a token; `undefined` where the text is none. */
export function tokenIdOf(text: string): string | undefined {
  return tokenForm.exec(text)?.[1];
}

/** What a person may say to mean a token: its id, or all of it where it was found somewhere. */
export function parseTokenId(said: string): string | undefined {
  return idForm.test(said) ? said : tokenIdOf(said);
}
