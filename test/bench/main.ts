// `npm run bench -- NAME`: the tasks of this folder.
import { runTasks } from '../support/tasks.js';

await runTasks('bench', new URL('./', import.meta.url), process.argv.slice(2));
