// A small download service that speaks the protocol of a copyjob backend program, version 1.
// Replace what it does by calls of your own. Try it: copyjob smoke 'program:node adapter.js'
'use strict';
const fs = require('fs');
const http = require('http');
const readline = require('readline');

const [QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED] =
  [0, 1, 2, 3, 4, 5, 6, 7, 8];
const S_OK = 0, PARTIAL_COMPLETE = 0x00200017, INVALID_STATE = 0x80200002, EMPTY = 0x80200003;
const REDIRECTS = [301, 302, 303, 307, 308], REDIRECTS_MAX = 5;

// Whether a later attempt may not meet an HTTP status any more.
const passing = (status) => [408, 409, 425, 429].includes(status) || (status >= 500 && ![501, 505].includes(status));

const DECLARATION = {
  protocol: 1,
  name: 'node adapter',
  dialects: ['BITS'],
  // Nothing here takes long, so any number of requests may be open; instances keep to themselves.
  powers: ['concurrent_calls', 'instances'],
  quiescence_seconds: 5,
};

const jobs = new Map();

const running = (job) => [QUEUED, CONNECTING, TRANSFERRING].includes(job.state);
const final = (job) => [ACKNOWLEDGED, CANCELLED].includes(job.state);
const part = (file) => `${file.path}.part`; // until Complete, a file is kept beside its place

// Change the state and stop whatever worked for the job until now.
function move(job, state) {
  job.state = state;
  job.turn += 1;
  if (job.request) job.request.destroy();
  job.request = null;
}

// Fetch the next file, where it is now after so many redirects; what happens after the job has moved on is nobody's.
function next(job, moved = '', redirects = 0) {
  const turn = job.turn;
  const file = job.files[job.done];
  const mine = (then) => (...given) => { if (job.turn === turn) then(...given); };
  if (!file) {
    job.state = TRANSFERRED;
    return;
  }
  if (!redirects) job.state = CONNECTING;
  const request = http.get(moved || file.url, { agent: false });
  job.request = request;
  request.on('socket', (socket) => socket.on('connect', mine(() => { job.state = TRANSFERRING; })));
  request.on('error', mine(() => { job.state = TRANSIENT_ERROR; }));
  request.on('response', (response) => {
    const pieces = [];
    const { location } = response.headers;
    if (REDIRECTS.includes(response.statusCode) && location && redirects < REDIRECTS_MAX) {
      response.resume();
      mine(() => {
        move(job, TRANSFERRING);
        next(job, new URL(location, moved || file.url).href, redirects + 1);
      })();
      return;
    }
    if (response.statusCode !== 200) {
      response.resume();
      mine(() => {
        request.destroy();
        job.turn += 1;
        job.state = passing(response.statusCode) ? TRANSIENT_ERROR : ERROR;
      })();
      return;
    }
    response.on('data', (piece) => pieces.push(piece));
    response.on('error', mine(() => { job.state = TRANSIENT_ERROR; }));
    response.on('end', mine(() => {
      if (!response.complete) {
        job.state = TRANSIENT_ERROR;
        return;
      }
      fs.writeFileSync(part(file), Buffer.concat(pieces));
      job.done += 1;
      job.request = null;
      next(job);
    }));
  });
}

// The calls: each returns the reply without its id.
const calls = {
  hello: () => ({ value: DECLARATION }),
  open: () => ({ hresult: S_OK }),
  close: () => {
    for (const job of jobs.values()) move(job, CANCELLED);
    return { hresult: S_OK };
  },
  create_job: () => {
    const id = String(jobs.size);
    jobs.set(id, { state: SUSPENDED, files: [], done: 0, turn: 0, request: null });
    return { value: id };
  },
  get_state: ({ job }) => ({ value: jobs.get(job).state }),
  add_file: change((job, { remote_url, local_path }) => {
    job.files.push({ url: remote_url, path: local_path });
    return S_OK;
  }),
  resume: change((job) => {
    if (job.files.length === 0) return EMPTY;
    if (!running(job) && !(job.state === TRANSFERRED && job.done === job.files.length)) {
      move(job, QUEUED);
      next(job);
    }
    return S_OK;
  }),
  suspend: change((job) => {
    move(job, SUSPENDED);
    return S_OK;
  }),
  cancel: change((job) => {
    move(job, CANCELLED);
    for (const file of job.files) fs.rmSync(part(file), { force: true });
    return S_OK;
  }),
  complete: change((job) => {
    move(job, ACKNOWLEDGED);
    job.files.forEach((file, number) => {
      if (number < job.done) fs.renameSync(part(file), file.path);
      else fs.rmSync(part(file), { force: true });
    });
    return job.done === job.files.length ? S_OK : PARTIAL_COMPLETE;
  }),
};

// A call that changes a job is refused in a final state.
function change(act) {
  return (request) => {
    const job = jobs.get(request.job);
    return { hresult: final(job) ? INVALID_STATE : act(job, request) };
  };
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line);
  let reply;
  try {
    const call = calls[request.call];
    reply = call ? call(request) : { unsupported: `there is no call ${request.call}` };
  } catch (error) {
    reply = { errored: String(error) }; // the adapter broke: say so, and let nobody think it was the backend
  }
  process.stdout.write(`${JSON.stringify({ id: request.id, ...reply })}\n`);
  if (request.call === 'close') process.stdin.destroy();
}).on('close', () => calls.close()); // standard input has ended: so does this
