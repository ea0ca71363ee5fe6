// A thread that runs incidents in virtual time: the timers and clocks of a thread are those of one world at a time.
import { parentPort } from 'node:worker_threads';
import { type RunRequest, runIncident } from './run-incident.ts';

parentPort!.on('message', async (request: RunRequest) => {
  try {
    const record = await runIncident(request, (share) => parentPort!.postMessage({ kind: 'progress', share }));
    parentPort!.postMessage({ kind: 'done', record });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort!.postMessage({ kind: 'failed', message });
  }
});
