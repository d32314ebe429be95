// What Piscina loads on a new thread. Piscina requires its file, and a thread ended in the middle of requiring an ES
// module takes the whole process with it (Node 20.20, v8::Module::IsGraphAsync); a thread ended in the middle of an
// import does not. So this file is CommonJS and imports the thread's own module.
import type { WorkerTask } from './worker.js' with { 'resolution-mode': 'import' };

/** Runs the export `work` of the task's module for as long as the thread lives. */
async function work(task: WorkerTask): Promise<void> {
  const module = (await import(task.module)) as { readonly work: (task: WorkerTask) => void };
  module.work(task);
}

export = { work };
