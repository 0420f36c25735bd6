export { collectWords, recollectWords } from './commands/words.server.ts';
