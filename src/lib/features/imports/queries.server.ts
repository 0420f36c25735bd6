export { getImport, listFaultyRows, listImports, type Import } from './queries/imports.server.ts';
export { previewImport } from './queries/preview.server.ts';
