export { runImport } from './commands/run.server.ts';
export {
	cancelImport,
	setUpImport,
	startImport,
	tryImport,
	undoImport
} from './commands/set-up.server.ts';
export { undoRecords } from './commands/undo.server.ts';
export { beginImport, discardImport } from './commands/upload.server.ts';
