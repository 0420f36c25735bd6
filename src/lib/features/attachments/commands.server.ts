export { attachFile, copyFiles } from './commands/attach.server.ts';
export { dropContents, eraseFiles } from './commands/erase.server.ts';
export { saveFileLimits } from './commands/limits.server.ts';
export { removePicture, setPicture } from './commands/pictures.server.ts';
export { makePreview } from './commands/preview.server.ts';
export { removeFile, restoreFile } from './commands/remove.server.ts';
export { checkBlobs, noteMissing, tidyFiles } from './commands/tidy.server.ts';
