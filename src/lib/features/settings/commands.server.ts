export { changeDepartment, createDepartment } from './commands/departments.server.ts';
export { addEntry, createTag, removeEntry, renameEntry } from './commands/entries.server.ts';
export { saveCountries } from './commands/countries.server.ts';
export { mergeEntry } from './commands/merge.server.ts';
export {
	addPipeline,
	movePipeline,
	removePipeline,
	renamePipeline
} from './commands/pipelines.server.ts';
export {
	addReason,
	makeSuccess,
	moveReason,
	removeReason,
	renameReason
} from './commands/reasons.server.ts';
export { setUpWorkspace } from './commands/set-up.server.ts';
export {
	addStage,
	changeStage,
	makeDefault,
	moveStage,
	removeStage,
	renameStage
} from './commands/stages.server.ts';
