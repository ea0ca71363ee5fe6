// A thread that runs slices.
import { serveRequests } from '../threads.ts';
import { runSlice } from './slice.ts';

serveRequests(runSlice);
