export { assignTask, linkTask } from './commands/assign.server.ts';
export { createTask } from './commands/create.server.ts';
export { restoreTask, saveTask, trashTask } from './commands/record.server.ts';
