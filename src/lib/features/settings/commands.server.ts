export { changeDepartment, createDepartment } from './commands/departments.server.ts';
export { addEntry, createTag, removeEntry, renameEntry } from './commands/entries.server.ts';
export { saveCountries } from './commands/countries.server.ts';
export { mergeEntry } from './commands/merge.server.ts';
export { setUpWorkspace } from './commands/set-up.server.ts';
export {
	addStage,
	makeDefault,
	moveStage,
	removeStage,
	renameStage
} from './commands/stages.server.ts';
