export { getLeaver } from './queries/estate.server.ts';
export { rehearseRun, type Preview } from './queries/preview.server.ts';
export {
	getRun,
	listOutcomes,
	listRuns,
	type Outcome,
	type ShownRun
} from './queries/run.server.ts';
export { listManyChoices, type ManyChoice, type ManyChoices } from './queries/choices.server.ts';
