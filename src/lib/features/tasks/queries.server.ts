export {
	findTrashedTask,
	listTasks,
	taskListing,
	withTaskDefaults
} from './queries/list.server.ts';
export { listTaskSteps } from './queries/steps.server.ts';
export { getTask, listMainResponsible, listSubtasks, listTasksOf } from './queries/task.server.ts';
