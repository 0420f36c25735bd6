import { bench } from '../bench/run.ts';
import { runScript } from './support/sentence.ts';

/** `npm run bench` in bench/: measures, and writes the table into bench/README.md. */
await runScript(bench);
