/** The syntax tree, as far as we read it; JSONata's own type knows fewer members and fewer kinds of node. */
export interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly procedure?: Node;
  /** What a `-` negates. */
  readonly expression?: Node;
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  /** `[]` keeps a list of one. */
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
}
