// A thread that runs slices: timers and clocks are those of one world at a time.
import { parentPort } from 'node:worker_threads';
import { runSlice } from './slice.ts';
import type { SliceRequest } from './slice-request.ts';

parentPort!.on('message', async (request: SliceRequest) => {
  try {
    const seen = await runSlice(request, (share) => parentPort!.postMessage({ kind: 'progress', share }));
    parentPort!.postMessage({ kind: 'done', seen });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort!.postMessage({ kind: 'failed', message });
  }
});
