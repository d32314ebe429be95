// `npm run fuzz -- NAME`: the tasks of this folder.
import { runTasks } from '../support/tasks.js';

await runTasks('fuzz', new URL('./', import.meta.url), process.argv.slice(2));
