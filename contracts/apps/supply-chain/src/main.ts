// `npm run supply-chain`: starts everything and stays; with `--screenshots DIR` walks through the page once and ends.
import { parseArgs } from 'node:util';
import { startApplication } from './application.js';
import { walkPage } from './browser.js';
import { readSample } from './scenario.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    screenshots: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  process.stdout.write('npm run supply-chain -- [--port PORT] [--screenshots DIR]\n');
} else {
  const application = await startApplication(Number(values.port));
  const { paid, held } = application.report;
  process.stdout.write(`order paid: ${paid.atFirst} -> ${paid.shipped} -> ${paid.received}, held ${held}\n`);
  process.stdout.write(`page: ${application.page.url}\n`);
  if (values.screenshots === undefined) {
    await new Promise<void>((end) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
    });
  } else {
    const walk = await walkPage(application.page.url, {
      bottle: 'urn:epc:id:sgtin:9521142.000301.A3',
      lot: 'urn:epc:class:lgtin:9521141.000101.L1',
      file: { name: 'coffee.jsonld', text: await readSample('coffee.jsonld') },
      screenshots: values.screenshots,
    });
    process.stdout.write(`${JSON.stringify(walk, undefined, 2)}\n`);
  }
  await application.stop();
}
