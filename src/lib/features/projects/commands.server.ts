export { assignProject, assignWork, handOverWork, lockWork } from './commands/assign.server.ts';
export { beginWork, createProject, keyOf, type Main } from './commands/create.server.ts';
export {
	createWorkTag,
	lookAtProject,
	restoreProject,
	revertProject,
	saveProject,
	trashProject
} from './commands/record.server.ts';
