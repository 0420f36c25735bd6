export { chooseRecords, tidyDrafts } from './commands/choose.server.ts';
export { handOverAll, movePerson } from './commands/hand-over.server.ts';
export { runBulk } from './commands/run.server.ts';
export {
	cancelRun,
	discardRun,
	startRun,
	wishAnew,
	wishEdits,
	wishHeir
} from './commands/start.server.ts';
export { undoRun } from './commands/undo.server.ts';
