import type { InputPlace, Value } from './value.ts';

export interface SurveyNotes {
  readonly text: string;
  /** Variables that are bound more than once. */
  readonly rebound: ReadonlySet<string>;
  readonly reads: NameRead[];
  readonly arithmetic: Arithmetic[];
  readonly comparisons: Comparison[];
}

/** A name that an expression reads. The same place of the text may read from several places of the input. */
export interface NameRead {
  readonly name: string;
  /** Of the name in the text, 0-based. */
  readonly offset: number;
  /** Where what it reads from stands in the input; `undefined` where that is not known. */
  readonly parents: readonly InputPlace[] | undefined;
}

/** A calculation that JSONata does in binary floating point. */
export interface Arithmetic {
  /** `+`, or the name of a function: `sum`. */
  readonly operator: string;
  readonly offset: number;
  readonly operands: readonly Value[];
}

/** A value of the input, compared with what is written out. */
export interface Comparison {
  readonly operator: string;
  readonly places: readonly InputPlace[];
  readonly constants: readonly { readonly value: string | number; readonly offset: number }[];
  /** Of the operator. */
  readonly offset: number;
}
