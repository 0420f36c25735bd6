export { addCity, changeCity, removeCity } from './commands/keep.server.ts';
export { mergeCity } from './commands/merge.server.ts';
export { renameCity } from './commands/rename.server.ts';
