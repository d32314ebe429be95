// `npm run soak -- NAME`: the tasks of this folder.
import { runTasks } from '../support/tasks.js';

await runTasks('soak', new URL('./', import.meta.url), process.argv.slice(2));
