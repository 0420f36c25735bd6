export { assignTask, linkTask } from './commands/assign.server.ts';
export { createTask } from './commands/create.server.ts';
export {
	lookAtTask,
	restoreTask,
	revertTask,
	saveTask,
	trashTask
} from './commands/record.server.ts';
