import { createWorkload } from '/work/fast/test/bench/execute/workload.js';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
const n = Number(process.argv[2] ?? 10000), accounts = Number(process.argv[3] ?? 2000), workers = Number(process.argv[4] ?? 1);
const w = await createWorkload(accounts);
const ex = workers === 0 ? createSequentialExecutor() : createParallelExecutor({ workers });
const block = w.block((process.argv[5] ?? 'uniform') as any, n, 7);
for (let i = 0; i < Number(process.argv[6] ?? 8); i++) {
  const c = process.cpuUsage(); const t = performance.now();
  const o = await ex.execute(block, w.read);
  const d = process.cpuUsage(c); 
  const ok = o.receipts.filter(r => r.status === 'OK').length;
  console.log(`cpu ${((d.user + d.system) / n).toFixed(1)} us/tx  wall ${((performance.now() - t) * 1000 / n).toFixed(1)}  ordered wall ${(o.stats.orderedMs * 1000 / n).toFixed(1)} ok ${ok} events ${o.events.length} diff ${o.stateDiff.length} cp ${o.criticalPathGas}`, JSON.stringify(o.stats));
}
await ex.close();
