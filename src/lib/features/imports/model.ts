export type { CellCode, CellFault } from './model/columns.ts';
export { importableKind } from './model/kinds.ts';
export { mappingProblem, targetsOf, type Mapping, type Target } from './model/targets.ts';
