// A thread that runs incidents in virtual time.
import { runIncident } from './run-incident.ts';
import { serveRequests } from './threads.ts';

serveRequests(runIncident);
