export { captureInquiry } from './commands/capture.server.ts';
export { addStopPhrase, removeStopPhrase } from './commands/stop-phrases.server.ts';
export { addBannedName, removeBannedName } from './commands/banned-names.server.ts';
export { changeSource, renewToken } from './commands/sources.server.ts';
export { addMailDomain, removeMailDomain } from './commands/mail-domains.server.ts';
