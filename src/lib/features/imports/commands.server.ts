export { runImport } from './commands/run.server.ts';
export { cancelImport, setUpImport, startImport } from './commands/set-up.server.ts';
export { beginImport, discardImport } from './commands/upload.server.ts';
