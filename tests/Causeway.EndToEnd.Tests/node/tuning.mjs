// The official OpenAI SDK tunes a model of a gateway: BASE_URL, API_KEY and TRAINING_FILE name it. One line a check: "PASS name" or "FAIL name: why".
import fs from 'node:fs';
import OpenAI from 'openai';

const { BASE_URL: baseURL, API_KEY: apiKey, TRAINING_FILE: path } = process.env;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 20_000 });

function assert(condition, message) { if (!condition) throw new Error(message); }

let file;
async function ended(job) {
  for (;;) {
    const now = await client.fineTuning.jobs.retrieve(job.id);
    if (['succeeded', 'failed', 'cancelled'].includes(now.status)) return now;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const checks = {
  async 'a file is uploaded, listed and read back'() {
    file = await client.files.create({ file: fs.createReadStream(path), purpose: 'fine-tune' });
    assert(file.object === 'file' && file.bytes === fs.statSync(path).size, JSON.stringify(file));
    const ids = [];
    for await (const one of client.files.list({ purpose: 'fine-tune' })) ids.push(one.id);
    assert(ids.includes(file.id), ids.join());
    assert(await (await client.files.content(file.id)).text() === fs.readFileSync(path, 'utf8'), 'other content');
  },
  async 'a job is created, watched and succeeds'() {
    const job = await client.fineTuning.jobs.create({ model: 'tiny', training_file: file.id, suffix: 'node', seed: 1, method: { type: 'supervised', supervised: { hyperparameters: { n_epochs: 2, batch_size: 'auto' } } } });
    assert(job.status === 'queued' || job.status === 'running', job.status);
    const done = await ended(job);
    assert(done.status === 'succeeded' && /^ft:tiny:causeway:node:/.test(done.fine_tuned_model), JSON.stringify(done));
    const messages = [];
    for await (const event of client.fineTuning.jobs.listEvents(job.id, { limit: 5 })) messages.push(event.message);
    assert(messages[0] === 'The job has successfully completed' && messages.at(-1).startsWith('Created'), messages.join('\n'));
    const csv = await (await client.files.content(done.result_files[0])).text();
    assert(csv.startsWith('step,train_loss'), csv);
  },
  async 'a job is cancelled'() {
    const job = await client.fineTuning.jobs.create({ model: 'tiny', training_file: file.id, hyperparameters: { n_epochs: 50, batch_size: 1 } });
    const cancelled = await client.fineTuning.jobs.cancel(job.id);
    assert(cancelled.status === 'cancelled' && (await ended(job)).status === 'cancelled', cancelled.status);
  },
  async 'jobs are listed the newest first, over pages'() {
    const ids = [];
    for await (const job of client.fineTuning.jobs.list({ limit: 1 })) ids.push(job.id);
    assert(ids.length === 2 && ids[0] > ids[1], ids.join());
  },
  async 'an unknown model is a typed error'() {
    try { await client.fineTuning.jobs.create({ model: 'none', training_file: file.id }); } catch (e) {
      assert(e instanceof OpenAI.NotFoundError && e.code === 'model_not_found' && e.param === 'model', `${e}`);
      return;
    }
    throw new Error('should have failed');
  },
};

for (const [name, check] of Object.entries(checks)) {
  try { await check(); console.log(`PASS ${name}`); } catch (e) { console.log(`FAIL ${name}: ${`${e?.message}`.replaceAll('\n', ' ')}`); }
}
