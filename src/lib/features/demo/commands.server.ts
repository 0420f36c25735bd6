export { seedDemo } from './commands/seed.server.ts';
