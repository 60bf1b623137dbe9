/** Kinds of files of a workspace, each with a schema of its own: `schemas/flow.schema.json`. */
export const shapeNames = ['flow', 'test', 'connections', 'settings', 'table', 'connector'] as const;

export type ShapeName = (typeof shapeNames)[number];
