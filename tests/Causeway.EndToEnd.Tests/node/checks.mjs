// The official OpenAI SDK against a gateway: BASE_URL and API_KEY name it. One line a check: "PASS name" or "FAIL name: why".
import OpenAI from 'openai';

const { BASE_URL: baseURL, API_KEY: apiKey } = process.env;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 20_000 });
const hello = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { unit: { type: 'string', enum: ['c', 'f'] } }, required: ['unit'], additionalProperties: false } } };
const chat = (more = {}) => client.chat.completions.create({ model: 'gpt-4o', messages: hello, ...more });

function assert(condition, message) { if (!condition) throw new Error(message); }

async function fails(promise, type, status, code) {
  try { await promise; } catch (e) {
    assert(e instanceof OpenAI[type], `expected ${type}, got ${e?.constructor?.name}: ${e?.message}`);
    assert(status === undefined || e.status === status, `expected status ${status}, got ${e.status}`);
    assert(code === undefined || e.code === code, `expected code ${code}, got ${e.code}`);
    return e;
  }
  throw new Error('should have failed');
}

const checks = {
  async 'a whole answer'() {
    const { data, request_id } = await chat().withResponse();
    assert(data.choices[0].message.content.length > 0 && data.usage.total_tokens > 0, JSON.stringify(data));
    assert(/^[0-9a-f-]{36}$/.test(request_id), `request id ${request_id}`);
  },
  async 'a stream equals the whole answer'() {
    const whole = (await chat({ seed: 5 })).choices[0].message.content;
    let text = '';
    for await (const chunk of await chat({ seed: 5, stream: true })) text += chunk.choices[0]?.delta?.content ?? '';
    assert(text === whole, `${text} / ${whole}`);
  },
  async 'usage in a stream only when asked'() {
    let seen = 0;
    for await (const chunk of await chat({ stream: true })) { assert(chunk.choices.length > 0, 'a chunk without choices'); if (chunk.usage) seen++; }
    assert(seen === 0, 'usage without asking');
    for await (const chunk of await chat({ stream: true, stream_options: { include_usage: true } })) if (chunk.usage) seen++;
    assert(seen === 1, `usage chunks: ${seen}`);
  },
  async 'echo keeps any Unicode'() {
    const text = 'Grüße 日本語 👩‍👩‍👧‍👦 data: [DONE] \n\n \u2028 "q" \\ \u0001 end';
    const answer = await chat({ model: 'rehearsal-echo', messages: [{ role: 'user', content: text }] });
    assert(answer.choices[0].message.content === text, JSON.stringify(answer.choices[0].message.content));
  },
  async 'a forced tool call is valid'() {
    const answer = await chat({ tools: [weather], tool_choice: { type: 'function', function: { name: 'get_weather' } } });
    assert(['c', 'f'].includes(JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments).unit), JSON.stringify(answer));
  },
  async 'the agent loop runs to its end'() {
    let calls = 0;
    const runner = client.chat.completions.runTools({ model: 'rehearsal-parallel', messages: hello, tool_choice: 'auto', tools: [{ type: 'function', function: { ...weather.function, parse: JSON.parse, function: () => { calls++; return 'sunny'; } } }] });
    assert((await runner.finalContent()).length > 0, 'no final content');
    assert(calls === 1, `the tool ran ${calls} times`);
  },
  async 'the stream helper assembles tool calls'() {
    const message = await client.chat.completions.stream({ model: 'gpt-4o', messages: hello, tools: [weather], tool_choice: 'required' }).finalMessage();
    assert(message.tool_calls.length > 0 && message.tool_calls.every((call) => JSON.parse(call.function.arguments).unit), JSON.stringify(message));
  },
  async 'a JSON schema is kept'() {
    const answer = await chat({ response_format: { type: 'json_schema', json_schema: { name: 'form', strict: true, schema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'], additionalProperties: false } } } });
    assert(typeof JSON.parse(answer.choices[0].message.content).ok === 'boolean', answer.choices[0].message.content);
  },
  async 'models'() {
    const ids = []; for await (const model of client.models.list()) ids.push(model.id);
    assert(ids.includes('gpt-4o'), ids.join());
    assert((await client.models.retrieve('gpt-4o')).id === 'gpt-4o', 'retrieve');
  },
  async 'an unknown model is a NotFoundError'() { await fails(chat({ model: 'no-such-model' }), 'NotFoundError', 404, 'model_not_found'); },
  async 'a wrong key is an AuthenticationError'() { await fails(new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list(), 'AuthenticationError', 401, 'invalid_api_key'); },
  async 'a bad parameter is a BadRequestError that names it'() { const e = await fails(chat({ temperature: 7 }), 'BadRequestError', 400); assert(e.param === 'temperature', `param ${e.param}`); },
  async 'an unknown endpoint is a NotFoundError'() { await fails(client.batches.list(), 'NotFoundError', 404); },
  async 'a broken upstream is an InternalServerError'() { await fails(chat({ model: 'broken' }), 'InternalServerError', 502); },
  async 'a rate limit is a RateLimitError with Retry-After'() { const e = await fails(chat({ model: 'limited' }), 'RateLimitError', 429); assert(e.headers.get('retry-after') === '1', 'retry-after'); },
  async 'a cut stream raises an error'() {
    const stream = await chat({ model: 'cut', stream: true });
    const e = await fails((async () => { for await (const chunk of stream) assert(!chunk.choices?.[0]?.finish_reason, 'a finish reason'); })(), 'APIError');
    assert(e.code === 'upstream_stream_cut', `code ${e.code}`);
  },
  async 'an aborted stream leaves the gateway well'() {
    const stop = new AbortController(); let n = 0;
    for await (const _ of await client.chat.completions.create({ model: 'rehearsal-infinite', messages: hello, stream: true }, { signal: stop.signal })) if (++n === 3) stop.abort();
    assert((await chat()).choices.length === 1, 'afterwards');
  },
  async 'sixteen streams at once do not mix'() {
    const texts = await Promise.all(Array.from({ length: 16 }, async (_, i) => { let text = ''; for await (const chunk of await chat({ model: 'rehearsal-echo', stream: true, messages: [{ role: 'user', content: `stream ${i}` }] })) text += chunk.choices[0]?.delta?.content ?? ''; return text; }));
    texts.forEach((text, i) => assert(text === `stream ${i}`, `${i}: ${text}`));
  },
};

const only = new RegExp(process.env.ONLY ?? '');
let failed = 0;
for (const [name, check] of Object.entries(checks).filter(([name]) => only.test(name))) {
  try { await check(); console.log(`PASS ${name}`); } catch (e) { failed++; console.log(`FAIL ${name}: ${String(e?.message ?? e).replace(/\s+/g, ' ').slice(0, 300)}`); }
}
process.exit(failed ? 1 : 0);
