// A thread that runs seeds. It is told which bug to plant before it loads the code under test.
import { parentPort, workerData } from 'node:worker_threads';
import { plant } from './plant.ts';

if (workerData.mutant) plant(workerData.mutant);
const { runScenario } = await import('../world/world.ts');
const { drawScenario } = await import('../world/scenario.ts');

parentPort!.on('message', async (seed: number) => {
  const scenario = drawScenario(seed);
  const result = await runScenario(scenario);
  parentPort!.postMessage({ seed, kind: 'ended', result, faults: scenario.faults.map(({ fault }) => fault.kind) });
});
