export type { CellFault } from './model/columns.ts';
export { importableKind } from './model/kinds.ts';
export { mappingProblem, targetsOf } from './model/targets.ts';
