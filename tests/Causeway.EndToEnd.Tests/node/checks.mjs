// The official OpenAI SDK against a gateway: BASE_URL and API_KEY name it, UPSTREAM says what answers: a rehearsal, unless it is "embedded", a model.
// One line a check: "PASS name", "FAIL name: why", or "SKIP name: why it cannot be asked of this upstream".
import OpenAI from 'openai';

const { BASE_URL: baseURL, API_KEY: apiKey, UPSTREAM } = process.env;
const isModel = UPSTREAM === 'embedded';
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 60_000 });
const hello = [{ role: 'user', content: 'Hello' }];
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { unit: { type: 'string', enum: ['c', 'f'] } }, required: ['unit'], additionalProperties: false } } };
const strict = (tool) => ({ type: 'function', function: { ...tool.function, strict: true } });
const force = (name) => ({ tool_choice: { type: 'function', function: { name } } });
// A model with random weights goes on for as long as it may: a few words are enough, and a seed makes them the same every time.
const few = isModel ? { seed: 5, max_tokens: 48 } : {};
const chat = (more = {}) => client.chat.completions.create({ model: 'gpt-4o', messages: hello, ...few, ...more });

// Makes the upstream say a text: a script repeats it, a model is held to it by a schema.
const schema = (name, properties) => ({ type: 'json_schema', json_schema: { name, strict: true, schema: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } } });
const saying = (text) => isModel ? { max_tokens: 1500, response_format: schema('said', { said: { type: 'string', const: text } }) } : { model: 'rehearsal-echo', messages: [{ role: 'user', content: text }] };
const heard = (content) => isModel ? JSON.parse(content).said : content;

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

// What a stream says, by choice.
async function gather(stream) {
  const heard = { chunks: 0, usage: [], choices: [] };
  for await (const chunk of stream) {
    heard.chunks++;
    if (chunk.usage) heard.usage.push(chunk.usage);
    for (const { index, delta, finish_reason, logprobs } of chunk.choices) {
      const choice = heard.choices[index] ??= { text: '', finish: null, logprobs: [] };
      assert(choice.finish === null, 'something after the finish reason');
      choice.text += delta.content ?? '';
      choice.finish = finish_reason;
      choice.logprobs.push(...logprobs?.content ?? []);
    }
  }
  return heard;
}

const onlyScripts = (why, check) => Object.assign(check, isModel ? { why } : {});
const onlyModels = (why, check) => Object.assign(check, isModel ? {} : { why });

const checks = {
  async 'a whole answer'() {
    const { data, request_id } = await chat().withResponse();
    assert(data.choices[0].message.content.length > 0 && data.usage.total_tokens > 0, JSON.stringify(data));
    assert(/^[0-9a-f-]{36}$/.test(request_id), `request id ${request_id}`);
  },
  async 'a stream equals the whole answer'() {
    const whole = (await chat({ seed: 5 })).choices[0];
    const { choices: [streamed] } = await gather(await chat({ seed: 5, stream: true }));
    assert(streamed.text === whole.message.content && streamed.finish === whole.finish_reason, `${JSON.stringify(streamed)} / ${JSON.stringify(whole)}`);
  },
  async 'usage in a stream only when asked'() {
    const [silent, told, whole] = [await gather(await chat({ stream: true })), await gather(await chat({ stream: true, stream_options: { include_usage: true } })), await chat()];
    assert(silent.usage.length === 0, 'usage without asking');
    assert(told.usage.length === 1 && told.usage[0].completion_tokens === whole.usage.completion_tokens, JSON.stringify([told.usage, whole.usage]));
  },
  async 'any Unicode comes through whole'() {
    const text = 'Grüße 日本語 👩‍👩‍👧‍👦 data: [DONE] \n\n \u2028 "q" \\ \u0001 end';
    const answer = heard((await chat(saying(text))).choices[0].message.content);
    assert(answer === text, JSON.stringify(answer));
    const streamed = heard((await gather(await chat({ ...saying(text), stream: true }))).choices[0].text);
    assert(streamed === text, JSON.stringify(streamed));
  },
  async 'the spellings of a conversation are understood'() {
    const messages = [{ role: 'developer', content: 'Be brief.' }, { role: 'user', name: 'bob', content: [{ type: 'text', text: 'Say ' }, { type: 'text', text: 'hello.' }] }, { role: 'assistant', content: 'Hello.' }, ...hello];
    const answer = await chat({ messages, max_tokens: null, max_completion_tokens: 8, temperature: null, top_p: 0.9, stop: null, n: null, logit_bias: null, user: 'u', presence_penalty: 0.5, frequency_penalty: -0.5, logprobs: null, seed: 3 });
    assert(answer.usage.completion_tokens <= 8 && answer.usage.prompt_tokens > 0, JSON.stringify(answer.usage));
  },
  async 'several choices, whole and streamed'() {
    const answer = await chat({ n: 3 });
    assert(answer.choices.map((choice) => choice.index).join() === '0,1,2', JSON.stringify(answer.choices));
    const { choices } = await gather(await chat({ n: 2, stream: true }));
    assert(choices.length === 2 && choices.every((choice) => choice.finish), JSON.stringify(choices));
  },
  async 'an answer that is cut says so'() {
    const answer = await chat({ ...saying('one two three four five six seven eight nine ten'), max_tokens: 4 });
    assert(answer.choices[0].finish_reason === 'length' && answer.usage.completion_tokens === 4, JSON.stringify(answer));
  },
  async 'a stop sequence ends the answer before it'() {
    // JSON may spell letters of a text otherwise, but "true" in one way only.
    const asked = isModel ? { response_format: schema('said', { said: { const: true } }) } : { model: 'rehearsal-echo', messages: [{ role: 'user', content: '"said": true' }] };
    const answer = (await chat({ ...asked, stop: ['never', 'ru'] })).choices[0];
    assert(/"said" *:\s*t$/.test(answer.message.content) && answer.finish_reason === 'stop', JSON.stringify(answer));
  },
  async 'log probabilities spell the answer'() {
    const asked = { ...saying('one two'), logprobs: true, top_logprobs: 2 };
    const whole = (await chat(asked)).choices[0];
    const { choices: [streamed] } = await gather(await chat({ ...asked, stream: true }));
    for (const [text, tokens] of [[whole.message.content, whole.logprobs.content], [streamed.text, streamed.logprobs]]) {
      assert(Buffer.from(tokens.flatMap((token) => token.bytes)).toString() === text, `${JSON.stringify(tokens)} / ${text}`);
      assert(tokens.every((token) => token.logprob <= 0 && token.top_logprobs.length === 2), JSON.stringify(tokens));
    }
  },
  async 'a forced tool call is valid'() {
    const answer = await chat({ tools: [weather], ...force('get_weather') });
    assert(['c', 'f'].includes(JSON.parse(answer.choices[0].message.tool_calls[0].function.arguments).unit), JSON.stringify(answer));
  },
  async 'tools left to the model are called well or not at all'() {
    const { message, finish_reason } = (await chat({ tools: [strict(weather)], tool_choice: 'auto' })).choices[0];
    if (!message.tool_calls) assert(typeof message.content === 'string', JSON.stringify(message));
    else assert(finish_reason === 'tool_calls' && message.tool_calls.every((call) => ['c', 'f'].includes(JSON.parse(call.function.arguments).unit)), JSON.stringify(message));
    const none = (await chat({ tools: [weather], tool_choice: 'none' })).choices[0].message;
    assert(!none.tool_calls && typeof none.content === 'string', JSON.stringify(none));
  },
  async 'one call when several are not allowed'() {
    const time = { type: 'function', function: { name: 'get_time' } };
    const { message } = (await chat({ tools: [weather, time], tool_choice: 'required', parallel_tool_calls: false })).choices[0];
    assert(message.tool_calls.length === 1 && message.tool_calls[0].id, JSON.stringify(message));
  },
  async 'a tool\'s result is read'() {
    const called = (await chat({ tools: [weather], ...force('get_weather') })).choices[0].message;
    const messages = [...hello, called, { role: 'tool', tool_call_id: called.tool_calls[0].id, content: '{"temperature":21}' }];
    const [before, after] = [await chat({ tools: [weather], tool_choice: 'none' }), await chat({ tools: [weather], tool_choice: 'none', messages })];
    assert(after.choices.length === 1 && after.usage.prompt_tokens > before.usage.prompt_tokens, JSON.stringify([before.usage, after.usage]));
  },
  async 'the agent loop runs to its end'() {
    let calls = 0;
    const tool = (name, parameters) => ({ type: 'function', function: { name, parameters, parse: JSON.parse, function: () => { calls++; return '{"status":"shipped","eta":"tomorrow"}'; } } });
    // The model that comes with the program knows one trade, and this is a question of it.
    const asked = isModel
      ? { model: 'support-desk', temperature: 0, messages: [{ role: 'user', content: 'Could you look up ORD-48213 and tell me when it gets here?' }], tools: [tool('OrderLookup', { type: 'object', properties: { order_id: { type: 'string' } } })] }
      : { model: 'rehearsal-parallel', messages: hello, tools: [tool('get_weather', weather.function.parameters)] };
    const runner = client.chat.completions.runTools({ tool_choice: 'auto', ...asked });
    assert((await runner.finalContent()).length > 0, 'no final content');
    assert(calls === 1, `the tool ran ${calls} times`);
  },
  async 'the stream helper assembles tool calls'() {
    const message = await client.chat.completions.stream({ model: 'gpt-4o', messages: hello, tools: [weather], tool_choice: 'required' }).finalMessage();
    assert(message.tool_calls.length > 0 && message.tool_calls.every((call) => JSON.parse(call.function.arguments).unit), JSON.stringify(message));
  },
  async 'a JSON schema is kept'() {
    const answer = await chat({ response_format: schema('form', { ok: { type: 'boolean' } }) });
    assert(typeof JSON.parse(answer.choices[0].message.content).ok === 'boolean', answer.choices[0].message.content);
    const parsed = await client.chat.completions.parse({ model: 'gpt-4o', messages: hello, ...few, response_format: schema('form', { ok: { type: 'boolean' } }) });
    assert(parsed.choices[0].message.refusal === null, JSON.stringify(parsed));
  },
  async 'a JSON object is one'() {
    const answer = await chat({ messages: [{ role: 'user', content: 'Some JSON, please' }], response_format: { type: 'json_object' }, max_tokens: 100 });
    const value = JSON.parse(answer.choices[0].message.content);
    assert(value && typeof value === 'object' && !Array.isArray(value), answer.choices[0].message.content);
  },
  async 'texts are completed, whole, echoed and streamed'() {
    const asked = { model: 'gpt-4o', prompt: 'Grüße 日本語', max_tokens: 24, seed: 5 };
    const [whole, echoed] = [await client.completions.create(asked), await client.completions.create({ ...asked, echo: true })];
    assert(whole.object === 'text_completion' && whole.usage.completion_tokens <= 24, JSON.stringify(whole));
    // A script's limit counts the echo too, so that less of the answer may follow.
    const { text: both } = echoed.choices[0];
    assert(both.startsWith(asked.prompt) && whole.choices[0].text.startsWith(both.slice(asked.prompt.length)), `${both} / ${whole.choices[0].text}`);
    assert(!isModel || both === asked.prompt + whole.choices[0].text, both);
    let text = '';
    for await (const chunk of await client.completions.create({ ...asked, stream: true })) text += chunk.choices[0]?.text ?? '';
    assert(text === whole.choices[0].text, `${text} / ${whole.choices[0].text}`);
  },
  async 'embeddings, as the SDK asks for them and as numbers'() {
    const input = ['one', 'a very different sentence', 'one'];
    const [packed, plain] = [await client.embeddings.create({ model: 'gpt-4o', input }), await client.embeddings.create({ model: 'gpt-4o', input, encoding_format: 'float', dimensions: 16 })];
    assert(packed.data.map((one) => one.index).join() === '0,1,2' && packed.usage.prompt_tokens > 0, JSON.stringify(packed.usage));
    const [first, second, third] = packed.data.map((one) => one.embedding);
    assert(first.join() === third.join() && first.join() !== second.join(), 'the same text has the same vector, another has another');
    assert(plain.data.every((one) => one.embedding.length === 16 && Math.abs(Math.hypot(...one.embedding) - 1) < 1e-3), JSON.stringify(plain.data[0]));
  },
  async 'models'() {
    const ids = []; for await (const model of client.models.list()) ids.push(model.id);
    assert(ids.includes('gpt-4o'), ids.join());
    assert((await client.models.retrieve('gpt-4o')).id === 'gpt-4o', 'retrieve');
  },
  async 'an unknown model is a NotFoundError'() { await fails(chat({ model: 'no-such-model' }), 'NotFoundError', 404, 'model_not_found'); },
  async 'a wrong key is an AuthenticationError'() { await fails(new OpenAI({ baseURL, apiKey: 'wrong', maxRetries: 0 }).models.list(), 'AuthenticationError', 401, 'invalid_api_key'); },
  async 'a bad parameter is a BadRequestError that names it'() { const e = await fails(chat({ temperature: 7 }), 'BadRequestError', 400); assert(e.param === 'temperature', `param ${e.param}`); },
  async 'a tool that is not offered is a BadRequestError that names the choice'() { const e = await fails(chat({ tools: [weather], ...force('nothing') }), 'BadRequestError', 400); assert(e.param?.startsWith('tool_choice'), `param ${e.param}`); },
  async 'an unknown endpoint is a NotFoundError'() { await fails(client.batches.list(), 'NotFoundError', 404); },
  'a conversation that is too long is a BadRequestError': onlyModels('a script has no context', async () => {
    await fails(chat({ messages: [{ role: 'user', content: 'x1 '.repeat(3000) }] }), 'BadRequestError', 400, 'context_length_exceeded');
  }),
  async 'a broken upstream is an InternalServerError'() { await fails(chat({ model: 'broken' }), 'InternalServerError', isModel ? 503 : 502, isModel ? 'local_model_unusable' : undefined); },
  async 'a rate limit is a RateLimitError with Retry-After'() {
    const stop = new AbortController();
    // As many answers as share a pass, none of which may end yet, and nobody may wait behind them.
    const busy = isModel && await client.chat.completions.create({ model: 'limited', messages: hello, n: 16, stream: true, response_format: schema('long', { text: { type: 'string', minLength: 1500 } }) }, { signal: stop.signal });
    const e = await fails(chat({ model: 'limited' }), 'RateLimitError', 429);
    assert(e.headers.get('retry-after') === '1', 'retry-after');
    stop.abort();
    assert(!isModel || busy, 'nothing was in the way');
  },
  'a cut stream raises an error': onlyScripts('nothing lies between the gateway and a model in its own process that could be cut', async () => {
    const stream = await chat({ model: 'cut', stream: true });
    const e = await fails((async () => { for await (const chunk of stream) assert(!chunk.choices?.[0]?.finish_reason, 'a finish reason'); })(), 'APIError');
    assert(e.code === 'upstream_stream_cut', `code ${e.code}`);
  }),
  async 'an aborted stream leaves the gateway well'() {
    const stop = new AbortController(); let n = 0;
    for await (const _ of await client.chat.completions.create({ model: 'rehearsal-infinite', messages: hello, stream: true }, { signal: stop.signal })) if (++n === 3) stop.abort();
    assert((await chat()).choices.length === 1, 'afterwards');
  },
  async 'sixteen streams at once do not mix'() {
    const texts = await Promise.all(Array.from({ length: 16 }, async (_, i) => heard((await gather(await chat({ ...saying(`stream ${i}`), stream: true }))).choices[0].text)));
    texts.forEach((text, i) => assert(text === `stream ${i}`, `${i}: ${text}`));
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  if (check.why) { console.log(`SKIP ${name}: ${check.why}`); continue; }
  try { await check(); console.log(`PASS ${name}`); } catch (e) { failed++; console.log(`FAIL ${name}: ${String(e?.message ?? e).replace(/\s+/g, ' ').slice(0, 400)}`); }
}
process.exit(failed ? 1 : 0);
