export { mergeRecords } from './commands/merge.server.ts';
export { undoMerge } from './commands/undo.server.ts';
