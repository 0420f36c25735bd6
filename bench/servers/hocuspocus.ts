// Hocuspocus as its documentation starts it; nothing is stored and nobody is refused.
import { Server } from '@hocuspocus/server';
import { serve } from './server.ts';

// An idle client of the measurements says nothing for longer than clients of theirs.
const { httpServer } = new Server({ quiet: true, stopOnSignals: false, timeout: 1_000_000_000 });
serve(httpServer);
