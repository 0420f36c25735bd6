export { removeDemo } from './commands/remove.server.ts';
export { seedDemo } from './commands/seed.server.ts';
